// SPDX-License-Identifier: Apache-2.0
//
// Packet: the move-only owner of one frame. Received packets are one segment; a packet to transmit
// may be a header buffer with payload references chained behind it.
// Owned by one worker; not thread safe.
// Invariants: (1) the buffer is freed exactly once; (2) headers are always in the first segment;
// (3) offload flags of a received packet never reach transmission (reset_metadata()).
#pragma once

#include <rte_mbuf.h>

#include <cstdint>
#include <utility>

#include "dataplane/base/bytes.h"
#include "dataplane/base/check.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/slice.h"

namespace penstock::nic {

class Packet {
 public:
  Packet() noexcept = default;
  explicit Packet(rte_mbuf* buffer) noexcept : buffer_(buffer) {}
  Packet(Packet&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
  Packet& operator=(Packet&& other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~Packet() {
    if (buffer_ != nullptr) rte_pktmbuf_free(buffer_);
  }

  explicit operator bool() const noexcept { return buffer_ != nullptr; }

  // Bytes of all segments.
  uint32_t size() const noexcept { return buffer_->pkt_len; }
  // Buffers that it consists of.
  uint32_t segments() const noexcept { return buffer_->nb_segs; }
  // Bytes of the first segment, which holds all headers.
  base::ByteSpan first() const noexcept {
    return {rte_pktmbuf_mtod(buffer_, const uint8_t*), buffer_->data_len};
  }
  base::MutableByteSpan mutable_first() noexcept {
    return {rte_pktmbuf_mtod(buffer_, uint8_t*), buffer_->data_len};
  }

  // Drops bytes from the front of the first segment (a header that was parsed).
  void trim_front(uint32_t count) noexcept {
    DCHECK(count <= buffer_->data_len);
    rte_pktmbuf_adj(buffer_, static_cast<uint16_t>(count));
  }
  // Keeps the first `count` bytes of a single-segment packet (Ethernet padding goes).
  void truncate(uint32_t count) noexcept {
    DCHECK(buffer_->nb_segs == 1 && count <= buffer_->data_len);
    buffer_->data_len = static_cast<uint16_t>(count);
    buffer_->pkt_len = count;
  }
  // Adds `count` bytes before the data and returns them. Headroom is a CHECK: it is ours to plan.
  base::MutableByteSpan prepend(uint32_t count) noexcept {
    char* start = rte_pktmbuf_prepend(buffer_, static_cast<uint16_t>(count));
    CHECK(start != nullptr);
    return {reinterpret_cast<uint8_t*>(start), count};
  }
  // Adds `count` bytes behind the data of a single-segment packet and returns them.
  base::MutableByteSpan append(uint32_t count) noexcept {
    char* start = rte_pktmbuf_append(buffer_, static_cast<uint16_t>(count));
    CHECK(start != nullptr);
    return {reinterpret_cast<uint8_t*>(start), count};
  }
  // Chains payload behind the last segment. The payload must be a reference or an unshared buffer.
  void chain(Slice payload) noexcept { CHECK(rte_pktmbuf_chain(buffer_, payload.release()) == 0); }

  // Turns a single-segment packet whose headers are trimmed into its payload.
  Slice take_payload() && noexcept {
    DCHECK(buffer_->nb_segs == 1);
    return Slice(std::exchange(buffer_, nullptr));
  }

  rte_mbuf* release() noexcept { return std::exchange(buffer_, nullptr); }
  rte_mbuf* buffer() noexcept { return buffer_; }
  const rte_mbuf* buffer() const noexcept { return buffer_; }

 private:
  rte_mbuf* buffer_ = nullptr;
};

}  // namespace penstock::nic
