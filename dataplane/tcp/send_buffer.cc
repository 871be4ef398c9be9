// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/send_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "dataplane/base/limits.h"

namespace penstock::tcp {

void SendBuffer::write(nic::Slice slice) noexcept {
  if (slice.size() <= base::kSegmentCopyBytesMax && queue_.try_copy_back(slice.bytes())) return;
  queue_.push_back(std::move(slice));
}

void SendBuffer::acknowledge(Seq una) noexcept {
  DCHECK(begin_ <= una && una <= end());
  begin_ = una;
  // A slice goes when its last byte is acknowledged; nothing is cut off, so places stay valid.
  while (!queue_.empty() && head_start_ + static_cast<uint32_t>(queue_.front().size()) <= una) {
    if (last_read_.slice.is_front_of(queue_)) last_read_ = {};
    head_start_ += static_cast<uint32_t>(queue_.front().size());
    queue_.pop_front();
  }
}

void SendBuffer::discard() noexcept {
  last_read_ = {};
  head_start_ = begin_ = end();
  queue_.clear();
}

nic::SliceQueue SendBuffer::take_all() noexcept {
  last_read_ = {};
  head_start_ = begin_ = end();
  return std::move(queue_);
}

SendBuffer::Filled SendBuffer::fill(nic::Packet& packet, Seq from, uint32_t length,
                                    nic::PacketPool& pool) noexcept {
  DCHECK(begin_ <= from && from + length <= end());
  Place place = locate(from);
  last_read_ = place;
  // Copying is cheaper than many references for a segment.
  if (slices_covered(place, from, length) > base::kSegmentSlicesMax) {
    copy(packet, place, from, length);
    return Filled::Yes;
  }
  while (length > 0) {
    const uint32_t offset = bytes_between(place.start, from);
    const uint32_t part = std::min(place.slice.size() - offset, length);
    // And than one for few bytes, while they can stand right behind the header.
    if (packet.segments() == 1 && part <= place.slice.copy_bytes_max(pool)) {
      std::memcpy(packet.append(part).data(), place.slice.bytes().data() + offset, part);
    } else {
      nic::Slice reference = place.slice.share(pool, offset, part);
      if (!reference) return Filled::PoolEmpty;
      packet.chain(std::move(reference));
    }
    from += part;
    length -= part;
    place = {place.slice.next(), from};
  }
  return Filled::Yes;
}

SendBuffer::Place SendBuffer::locate(Seq from) const noexcept {
  Place place = last_read_;
  if (place.slice.at_end() || from < place.start) place = {nic::SliceCursor(queue_), head_start_};
  while (bytes_between(place.start, from) >= place.slice.size()) {
    place = {place.slice.next(), place.start + place.slice.size()};
  }
  return place;
}

uint32_t SendBuffer::slices_covered(Place place, Seq from, uint32_t length) noexcept {
  uint32_t count = 0;
  const Seq end = from + length;
  for (; place.start < end; ++count) {
    place = {place.slice.next(), place.start + place.slice.size()};
  }
  return count;
}

void SendBuffer::copy(nic::Packet& packet, Place place, Seq from, uint32_t length) noexcept {
  uint8_t* to = packet.append(length).data();
  while (length > 0) {
    const uint32_t offset = bytes_between(place.start, from);
    const uint32_t part = std::min(place.slice.size() - offset, length);
    std::memcpy(to, place.slice.bytes().data() + offset, part);
    to += part;
    from += part;
    length -= part;
    place = {place.slice.next(), from};
  }
}

}  // namespace penstock::tcp
