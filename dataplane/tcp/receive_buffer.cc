// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/receive_buffer.h"

#include <algorithm>
#include <utility>

#include "dataplane/base/limits.h"

namespace penstock::tcp {

ReceiveBuffer::Accepted ReceiveBuffer::accept(Seq next, Seq start, nic::Slice slice,
                                              Means means) noexcept {
  if (start != next) return keep_for_later(start, std::move(slice), means);
  uint32_t advanced = slice.size();
  bool taken = try_push_in_order(slice, means.slices_max);
  if (!taken && assembler_ != nullptr) {
    // Nobody can read what lies behind the gap before the gap is filled, so it makes room. It was
    // never acknowledged.
    discard_out_of_order(means.assemblers);
    taken = try_push_in_order(slice, means.slices_max);
  }
  if (!taken) return {Outcome::Refused};
  if (assembler_ != nullptr) {
    advanced += assembler_->take(next + advanced, in_order_);
    if (assembler_->empty()) discard_out_of_order(means.assemblers);
  }
  return {Outcome::InOrder, advanced};
}

bool ReceiveBuffer::try_push_in_order(nic::Slice& slice, uint32_t slices_max) noexcept {
  if (slice.size() <= base::kSegmentCopyBytesMax && in_order_.try_copy_back(slice.bytes())) {
    return true;
  }
  if (slices() >= slices_max) return false;
  in_order_.push_back(std::move(slice));
  return true;
}

ReceiveBuffer::Accepted ReceiveBuffer::keep_for_later(Seq start, nic::Slice slice,
                                                      Means means) noexcept {
  if (slices() >= means.slices_max) return {Outcome::Refused};
  if (assembler_ == nullptr) assembler_ = means.assemblers.acquire();
  if (assembler_ == nullptr) return {Outcome::Refused};
  switch (assembler_->insert(start, std::move(slice))) {
    case Assembler::Outcome::Stored:
      return {Outcome::OutOfOrder};
    case Assembler::Outcome::Duplicate:
      return {Outcome::Duplicate};
    case Assembler::Outcome::TooManyRanges:
      break;
  }
  return {Outcome::Refused};
}

void ReceiveBuffer::discard(base::Slab<Assembler>& slab) noexcept {
  in_order_.clear();
  discard_out_of_order(slab);
}

void ReceiveBuffer::discard_out_of_order(base::Slab<Assembler>& slab) noexcept {
  if (assembler_ != nullptr) slab.release(std::exchange(assembler_, nullptr));
}

uint32_t ReceiveBuffer::room(uint32_t capacity_bytes, uint32_t slices_max,
                             uint32_t segment_bytes) const noexcept {
  const uint32_t held = in_order_.bytes() + (assembler_ == nullptr ? 0 : assembler_->bytes());
  const uint32_t by_bytes = capacity_bytes - std::min(held, capacity_bytes);
  const uint32_t by_slices = (slices_max - std::min(slices(), slices_max)) * segment_bytes;
  return std::min(by_bytes, by_slices);
}

uint32_t ReceiveBuffer::slices() const noexcept {
  return in_order_.count() + (assembler_ == nullptr ? 0 : assembler_->slices());
}

}  // namespace penstock::tcp
