// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/packet_pool.h"

#include <rte_mempool.h>
#include <rte_ring.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/nic/packet.h"
#include "dataplane/nic/slice.h"

namespace penstock::nic {

namespace {

// Buffers that a core keeps at hand without touching the shared ring. DPDK wants it to be at most
// two thirds of the pool.
uint32_t cache_size(uint32_t count) noexcept {
  return std::min<uint32_t>(RTE_MEMPOOL_CACHE_MAX_SIZE / 2, count / 2);
}

// Free buffers lie in a ring, which sample_pressure() counts.
constexpr const char* kPoolOps = "ring_mp_mc";

rte_mempool* create_pool(const std::string& name, uint32_t count, uint32_t bytes, int numa_node) {
  return rte_pktmbuf_pool_create_by_ops(name.c_str(), count, cache_size(count), 0,
                                        static_cast<uint16_t>(bytes), numa_node, kPoolOps);
}

}  // namespace

std::optional<PacketPool> PacketPool::create(const std::string& name, PacketPoolSizes sizes,
                                             int numa_node) {
  CHECK(sizes.slices < sizes.buffers);
  CHECK(sizes.frame_bytes >= kDataBytes);
  constexpr uint32_t kSliceBytes = kHeadroomBytes + kDataBytes;
  const uint32_t frame_bytes = kHeadroomBytes + sizes.frame_bytes;
  PacketPool pool(sizes);
  pool.buffers_ = create_pool(name + "_b", pool.frame_buffers(), frame_bytes, numa_node);
  // A reference carries no bytes of its own.
  pool.references_ = create_pool(name + "_r", sizes.references, 0, numa_node);
  if (sizes.slices > 0) {
    pool.slices_ = create_pool(name + "_s", sizes.slices, kSliceBytes, numa_node);
  }
  const bool complete = pool.buffers_ != nullptr && pool.references_ != nullptr &&
                        (sizes.slices == 0 || pool.slices_ != nullptr);
  // The destructor gives back what there is.
  if (!complete) return std::nullopt;
  return pool;
}

PacketPool::PacketPool(PacketPool&& other) noexcept
    : buffers_(std::exchange(other.buffers_, nullptr)),
      slices_(std::exchange(other.slices_, nullptr)),
      references_(std::exchange(other.references_, nullptr)),
      sizes_(other.sizes_) {}

PacketPool::~PacketPool() {
  rte_mempool_free(references_);
  rte_mempool_free(slices_);
  rte_mempool_free(buffers_);
}

void PacketPool::sample_pressure() noexcept {
  // A full count would visit the cache of every core; the shared ring is two loads.
  const uint32_t free = rte_ring_count(static_cast<const rte_ring*>(buffers_->pool_data));
  const uint64_t used = frame_buffers() - std::min(free, frame_buffers());
  const uint64_t percent = used * 100 / frame_buffers();
  pressure_ = percent >= base::kBuffersCriticalPercent ? Pressure::Critical
              : percent >= base::kBuffersHighPercent   ? Pressure::High
                                                       : Pressure::None;
}

Packet PacketPool::allocate_packet() noexcept { return Packet(rte_pktmbuf_alloc(buffers_)); }

Packet PacketPool::copy_of(const Packet& frame) noexcept {
  // What the port has found out about the frame, and the tag that it has taken off.
  constexpr uint64_t kVerdicts = RTE_MBUF_F_RX_IP_CKSUM_MASK | RTE_MBUF_F_RX_L4_CKSUM_MASK |
                                 RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
  DCHECK(frame.segments() == 1);
  Packet copy = allocate_packet();
  if (!copy || frame.size() > rte_pktmbuf_tailroom(copy.buffer())) return Packet();
  const base::MutableByteSpan room = copy.append(frame.size());
  std::memcpy(room.data(), frame.first().data(), room.size());
  copy.buffer()->ol_flags |= frame.buffer()->ol_flags & kVerdicts;
  copy.buffer()->vlan_tci = frame.buffer()->vlan_tci;
  return copy;
}

Slice PacketPool::allocate_slice() noexcept {
  if (slices_ != nullptr) {
    rte_mbuf* buffer = rte_pktmbuf_alloc(slices_);
    if (buffer != nullptr) [[likely]]
      return Slice(buffer);
  }
  return Slice(rte_pktmbuf_alloc(buffers_));
}

Slice PacketPool::share(const Slice& slice, uint32_t offset, uint32_t length) noexcept {
  return share(slice.buffer(), offset, length);
}

Slice PacketPool::share(const rte_mbuf* buffer, uint32_t offset, uint32_t length) noexcept {
  DCHECK(offset + length <= buffer->data_len);
  rte_mbuf* reference = rte_pktmbuf_alloc(references_);
  if (reference == nullptr) return Slice();
  // Attaching changes the reference count of the buffer and nothing that its owner sees.
  rte_pktmbuf_attach(reference, const_cast<rte_mbuf*>(buffer));
  reference->data_off = static_cast<uint16_t>(reference->data_off + offset);
  reference->data_len = static_cast<uint16_t>(length);
  reference->pkt_len = length;
  return Slice(reference);
}

uint32_t PacketPool::buffers_in_use() const noexcept {
  return rte_mempool_in_use_count(buffers_) +
         (slices_ == nullptr ? 0 : rte_mempool_in_use_count(slices_));
}

uint32_t PacketPool::references_in_use() const noexcept {
  return rte_mempool_in_use_count(references_);
}

}  // namespace penstock::nic
