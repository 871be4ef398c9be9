// SPDX-License-Identifier: Apache-2.0
//
// Slice: the owner of a run of payload bytes in a packet buffer. SliceQueue: a byte stream made of
// slices, in order. Bytes move between connections by moving slices, never by copying them
// (DESIGN.md, decision 4). tcp, tls, http, upstream and proxy may use this header, and nothing else
// of nic/ from above tcp/.
// Owned by one worker; not thread safe.
// Invariants: (1) a Slice owns exactly one single-segment buffer or reference; (2) bytes that were
// received or handed to tcp are never rewritten; (3) a queue holds no empty slice.
#pragma once

#include <rte_mbuf.h>

#include <cstdint>
#include <cstring>
#include <utility>

#include "dataplane/base/bytes.h"
#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/nic/packet_pool.h"

namespace penstock::nic {

class Slice {
 public:
  Slice() noexcept = default;
  // Takes ownership of one single-segment buffer.
  explicit Slice(rte_mbuf* buffer) noexcept : buffer_(buffer) {
    DCHECK(buffer == nullptr || buffer->nb_segs == 1);
  }
  Slice(Slice&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
  Slice& operator=(Slice&& other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  // Most slices have been moved on when they go: what is left to do is out of line.
  [[gnu::always_inline]] ~Slice() {
    if (buffer_ != nullptr) [[unlikely]]
      free_buffer(buffer_);
  }

  explicit operator bool() const noexcept { return buffer_ != nullptr; }

  uint32_t size() const noexcept { return buffer_->data_len; }
  bool empty() const noexcept { return size() == 0; }
  const uint8_t* data() const noexcept { return rte_pktmbuf_mtod(buffer_, const uint8_t*); }
  base::ByteSpan bytes() const noexcept { return {data(), size()}; }

  void trim_front(uint32_t count) noexcept {
    DCHECK(count <= size());
    buffer_->data_off = static_cast<uint16_t>(buffer_->data_off + count);
    set_size(size() - count);
  }
  // Keeps the first `count` bytes.
  void truncate(uint32_t count) noexcept {
    DCHECK(count <= size());
    set_size(count);
  }

  // The free bytes behind the data. Only for a slice that came from allocate_slice() and has not
  // been shared or handed on.
  base::MutableByteSpan room() noexcept {
    DCHECK(RTE_MBUF_DIRECT(buffer_) && rte_mbuf_refcnt_read(buffer_) == 1);
    return {rte_pktmbuf_mtod(buffer_, uint8_t*) + size(), rte_pktmbuf_tailroom(buffer_)};
  }
  // Makes the first `count` bytes of room() part of the data.
  void commit(uint32_t count) noexcept {
    DCHECK(count <= rte_pktmbuf_tailroom(buffer_));
    set_size(size() + count);
  }

  // For nic/ and tcp/transmit only: gives the buffer away.
  rte_mbuf* release() noexcept { return std::exchange(buffer_, nullptr); }
  const rte_mbuf* buffer() const noexcept { return buffer_; }

 private:
  [[gnu::noinline]] static void free_buffer(rte_mbuf* buffer) noexcept {
    rte_pktmbuf_free_seg(buffer);
  }
  void set_size(uint32_t count) noexcept {
    buffer_->data_len = static_cast<uint16_t>(count);
    buffer_->pkt_len = count;
  }
  rte_mbuf* buffer_ = nullptr;
};

class SliceQueue {
 public:
  SliceQueue() noexcept = default;
  SliceQueue(const SliceQueue&) = delete;
  SliceQueue& operator=(const SliceQueue&) = delete;
  SliceQueue(SliceQueue&& other) noexcept
      : head_(std::exchange(other.head_, nullptr)),
        tail_(std::exchange(other.tail_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)),
        count_(std::exchange(other.count_, 0)) {}
  SliceQueue& operator=(SliceQueue&& other) noexcept {
    std::swap(head_, other.head_);
    std::swap(tail_, other.tail_);
    std::swap(bytes_, other.bytes_);
    std::swap(count_, other.count_);
    return *this;
  }
  ~SliceQueue() { clear(); }

  bool empty() const noexcept { return head_ == nullptr; }
  uint32_t bytes() const noexcept { return bytes_; }
  // Slices held, and so packet buffers pinned.
  uint32_t count() const noexcept { return count_; }

  void push_back(Slice slice) noexcept {
    DCHECK(slice && !slice.empty());
    bytes_ += slice.size();
    ++count_;
    rte_mbuf* buffer = slice.release();
    (tail_ == nullptr ? head_ : tail_->next) = buffer;
    tail_ = buffer;
  }

  // Copies `bytes` behind the last slice's data when nobody else owns that buffer and it has room:
  // a stream of crumbs then pins few buffers. False, and nothing done, otherwise.
  bool try_copy_back(base::ByteSpan bytes) noexcept {
    if (tail_ == nullptr || !RTE_MBUF_DIRECT(tail_) || rte_mbuf_refcnt_read(tail_) != 1)
      return false;
    if (rte_pktmbuf_tailroom(tail_) < bytes.size()) return false;
    const auto count = static_cast<uint16_t>(bytes.size());
    std::memcpy(rte_pktmbuf_mtod_offset(tail_, uint8_t*, tail_->data_len), bytes.data(), count);
    tail_->data_len = static_cast<uint16_t>(tail_->data_len + count);
    tail_->pkt_len = tail_->data_len;
    bytes_ += count;
    return true;
  }

  void push_front(Slice slice) noexcept {
    DCHECK(slice && !slice.empty());
    bytes_ += slice.size();
    ++count_;
    rte_mbuf* buffer = slice.release();
    buffer->next = head_;
    head_ = buffer;
    if (tail_ == nullptr) tail_ = buffer;
  }

  Slice pop_front() noexcept {
    DCHECK(!empty());
    rte_mbuf* buffer = head_;
    head_ = buffer->next;
    if (head_ == nullptr) tail_ = nullptr;
    buffer->next = nullptr;
    bytes_ -= buffer->data_len;
    --count_;
    return Slice(buffer);
  }

  base::ByteSpan front() const noexcept { return bytes_of(head_); }

  // Drops the first `count` bytes, and every slice that lies wholly within them.
  void trim_front(uint32_t count) noexcept {
    DCHECK(count <= bytes_);
    while (count > 0 && count >= head_->data_len) {
      count -= head_->data_len;
      pop_front();
    }
    if (count == 0) return;
    head_->data_off = static_cast<uint16_t>(head_->data_off + count);
    head_->data_len = static_cast<uint16_t>(head_->data_len - count);
    head_->pkt_len = head_->data_len;
    bytes_ -= count;
  }

  // Takes the first `count` bytes, all within the first slice, as a slice of their own: by moving
  // it, by copying where that is cheaper than a second owner, else by sharing the buffer.
  // A false Slice, and nothing taken, when the pool is at its limit.
  Slice take_front(uint32_t count, PacketPool& pool) noexcept {
    DCHECK(count > 0 && count <= head_->data_len);
    if (count == head_->data_len) return pop_front();
    Slice part;
    if (count <= base::kSegmentCopyBytesMax) {
      part = copy_of(front().first(count), pool);
    } else {
      part = pool.share(head_, 0, count);
    }
    if (!part) return part;
    trim_front(count);
    return part;
  }

  // All bytes once more, in order: copied where that is cheaper than a second owner. An empty queue
  // when the pool is at its limit.
  SliceQueue share_all(PacketPool& pool) const noexcept {
    SliceQueue copy;
    for (rte_mbuf* buffer = head_; buffer != nullptr; buffer = buffer->next) {
      Slice part = buffer->data_len <= pool.copy_bytes_max(buffer)
                       ? copy_of(bytes_of(buffer), pool)
                       : pool.share(buffer, 0, buffer->data_len);
      if (!part) {
        copy.clear();
        break;
      }
      copy.push_back(std::move(part));
    }
    return copy;
  }

  // Copies bytes from the front until the room is full or the queue ends, and says how many.
  uint32_t copy_front(base::MutableByteSpan room) const noexcept {
    uint32_t copied = 0;
    for (const rte_mbuf* buffer = head_; buffer != nullptr && copied < room.size();
         buffer = buffer->next) {
      const auto count =
          std::min<uint32_t>(buffer->data_len, static_cast<uint32_t>(room.size()) - copied);
      std::memcpy(room.data() + copied, bytes_of(buffer).data(), count);
      copied += count;
    }
    return copied;
  }

  // Moves all of `other` behind what is here.
  void append(SliceQueue& other) noexcept {
    while (!other.empty()) push_back(other.pop_front());
  }

  void clear() noexcept {
    while (!empty()) [[unlikely]] pop_front();
  }

  // Calls visit(ByteSpan) for each slice in order until it returns false.
  template <class Visit>
  void for_each(Visit&& visit) const noexcept {
    for (const rte_mbuf* buffer = head_; buffer != nullptr; buffer = buffer->next) {
      if (!visit(bytes_of(buffer))) return;
    }
  }

  // For tcp/transmit only: walks the buffers to build segments from the middle of the queue.
  rte_mbuf* head_buffer() const noexcept { return head_; }

 private:
  static Slice copy_of(base::ByteSpan bytes, PacketPool& pool) noexcept {
    Slice copy = pool.allocate_slice();
    if (!copy) return copy;
    std::memcpy(copy.room().data(), bytes.data(), bytes.size());
    copy.commit(static_cast<uint32_t>(bytes.size()));
    return copy;
  }
  static base::ByteSpan bytes_of(const rte_mbuf* buffer) noexcept {
    return {rte_pktmbuf_mtod(buffer, const uint8_t*), buffer->data_len};
  }

  // A queued buffer's own `next` is the link; nb_segs stays 1, so it is cleared before it is freed.
  rte_mbuf* head_ = nullptr;
  rte_mbuf* tail_ = nullptr;
  uint32_t bytes_ = 0;
  uint32_t count_ = 0;
};

}  // namespace penstock::nic
