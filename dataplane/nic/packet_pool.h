// SPDX-License-Identifier: Apache-2.0
//
// The packet buffers of one worker: full buffers that hold a frame, and small references that make
// a second owner of another buffer's bytes. Sized once at start (limits.h); allocation that fails
// returns nothing and is counted by the caller with a drop reason.
// Owned by one worker, which alone allocates; another may free buffers (a frame that it was handed,
// worker/mesh.h).
#pragma once

#include <rte_mbuf.h>

#include <cstdint>
#include <optional>
#include <string>

#include "dataplane/base/limits.h"

namespace penstock::nic {

class Packet;
class Slice;

struct PacketPoolSizes {
  uint32_t buffers = 0;     // each holds one frame or one slice of bytes that we write ourselves
  uint32_t references = 0;  // each is a second owner of a part of a buffer
  // Of the buffers, those kept for slices. A frame's memory is read and written by the device, and
  // its cache lines come and go; what stays on this core stays in its cache.
  uint32_t slices = 0;
  // Room of each buffer that is not kept for slices: the largest frame.
  uint32_t frame_bytes = base::kFrameBytesDefault;
};

// How scarce buffers are. What a connection may hold depends on it (tcp/README.md).
enum class Pressure : uint8_t { None, High, Critical };

class PacketPool {
 public:
  // Bytes of a fresh buffer that lie before data(): room for every header that we prepend.
  static constexpr uint32_t kHeadroomBytes = RTE_PKTMBUF_HEADROOM;
  // Bytes that a fresh buffer can hold behind its headroom, at least: one of a frame holds more
  // when the MTU wants it.
  static constexpr uint32_t kDataBytes = base::kFrameBytesDefault;
  // Free buffers that one core may keep at hand for its next use.
  static constexpr uint32_t kCacheBuffersMax = RTE_MEMPOOL_CACHE_MAX_SIZE / 2 * 3 / 2;

  // nullopt when memory does not suffice. `name` is unique in the process.
  static std::optional<PacketPool> create(const std::string& name, PacketPoolSizes sizes,
                                          int numa_node);
  PacketPool(PacketPool&& other) noexcept;
  PacketPool& operator=(PacketPool&&) = delete;
  ~PacketPool();

  // An empty frame with all its headroom; a false Packet at the limit.
  Packet allocate_packet() noexcept;
  // A received frame of one segment again in a buffer of this pool, with what the port found of its
  // checksums; a false Packet at the limit.
  Packet copy_of(const Packet& frame) noexcept;
  // An empty slice with at least kDataBytes of room; a false Slice at the limit. When those kept
  // for slices are used up, any buffer will do.
  Slice allocate_slice() noexcept;
  // A second owner of bytes [offset, offset + length) of `slice`; a false Slice at the limit.
  Slice share(const Slice& slice, uint32_t offset, uint32_t length) noexcept;
  // The same for a buffer inside a SliceQueue, for who walks it from head_buffer().
  Slice share(const rte_mbuf* buffer, uint32_t offset, uint32_t length) noexcept;

  // Up to how many bytes of this buffer are cheaper copied than given a second owner.
  uint32_t copy_bytes_max(const rte_mbuf* buffer) const noexcept {
    return buffer->pool == slices_ ? base::kOwnCopyBytesMax : base::kSegmentCopyBytesMax;
  }

  // Buffers taken and not yet given back (for leak checks, gauges and refusals near the limit).
  uint32_t buffers_in_use() const noexcept;
  uint32_t references_in_use() const noexcept;
  PacketPoolSizes sizes() const noexcept { return sizes_; }

  // Once a turn: looks how many buffers are free. Those in the core's own cache count as taken.
  void sample_pressure() noexcept;
  Pressure pressure() const noexcept { return pressure_; }
  // For rte_eth_rx_queue_setup only.
  rte_mempool* buffers() noexcept { return buffers_; }

 private:
  explicit PacketPool(PacketPoolSizes sizes) noexcept : sizes_(sizes) {}
  // Without those kept for slices.
  uint32_t frame_buffers() const noexcept { return sizes_.buffers - sizes_.slices; }

  rte_mempool* buffers_ = nullptr;
  rte_mempool* slices_ = nullptr;  // null when none are kept
  rte_mempool* references_ = nullptr;
  PacketPoolSizes sizes_;
  Pressure pressure_ = Pressure::None;
};

}  // namespace penstock::nic
