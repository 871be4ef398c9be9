// SPDX-License-Identifier: Apache-2.0
//
// SliceCursor: one slice of a SliceQueue, and the way to the next. tcp/send_buffer reads from the
// middle of its queue with it and makes references to what it finds; the queue keeps its bytes.
// Owned by one worker; not thread safe.
// Invariant: it is valid while its slice stays in the queue; slices pushed behind are found.
#pragma once

#include <rte_mbuf.h>

#include <cstdint>

#include "dataplane/base/bytes.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/slice.h"

namespace penstock::nic {

class SliceCursor {
 public:
  SliceCursor() noexcept = default;
  // The first slice; at_end() when the queue is empty.
  explicit SliceCursor(const SliceQueue& queue) noexcept : buffer_(queue.head_buffer()) {}

  bool at_end() const noexcept { return buffer_ == nullptr; }
  bool is_front_of(const SliceQueue& queue) const noexcept {
    return buffer_ == queue.head_buffer();
  }
  uint32_t size() const noexcept { return buffer_->data_len; }
  base::ByteSpan bytes() const noexcept {
    return {rte_pktmbuf_mtod(buffer_, const uint8_t*), buffer_->data_len};
  }
  SliceCursor next() const noexcept { return SliceCursor(buffer_->next); }

  // Up to how many of its bytes are cheaper copied than shared.
  uint32_t copy_bytes_max(const PacketPool& pool) const noexcept {
    return pool.copy_bytes_max(buffer_);
  }
  // A second owner of bytes [offset, offset + length); a false Slice at the pool's limit.
  Slice share(PacketPool& pool, uint32_t offset, uint32_t length) const noexcept {
    Slice borrowed(buffer_);
    Slice reference = pool.share(borrowed, offset, length);
    borrowed.release();
    return reference;
  }

 private:
  explicit SliceCursor(rte_mbuf* buffer) noexcept : buffer_(buffer) {}
  rte_mbuf* buffer_ = nullptr;
};

}  // namespace penstock::nic
