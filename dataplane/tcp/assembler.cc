// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/assembler.h"

#include <bit>
#include <utility>

namespace penstock::tcp {

Assembler::Outcome Assembler::insert(Seq start, nic::Slice slice) noexcept {
  const Seq end = start + slice.size();
  uint32_t position = position_for(start);
  const bool extends = position < count_ && range(position).start <= start;
  uint32_t next = position;
  if (extends) {
    const uint32_t covered = bytes_between(start, range(position).end());
    if (covered >= slice.size()) return Outcome::Duplicate;
    slice.trim_front(covered);
    start += covered;
    ++next;
  }
  // Whole ranges that the new bytes cover give way; the last one that overlaps cuts them short.
  while (next < count_ && range(next).end() <= end) erase(next);
  if (next < count_ && range(next).start < end) {
    slice.truncate(bytes_between(start, range(next).start));
  }
  if (!extends) {
    if (count_ == base::kOutOfOrderRangesMax) return Outcome::TooManyRanges;
    make_room(position, start);
  }
  push(range(position), std::move(slice));
  range(position).grown_at = ++insertions_;
  join_with_next(position);
  return Outcome::Stored;
}

uint32_t Assembler::take(Seq next, nic::SliceQueue& queue) noexcept {
  uint32_t moved = 0;
  while (count_ > 0 && range(0).start <= next) {
    Range& first = range(0);
    const uint32_t stale = bytes_between(first.start, next);
    if (stale < first.slices.bytes()) {
      first.slices.trim_front(stale);
      moved += first.slices.bytes();
      next += first.slices.bytes();
      queue.append(first.slices);
    }
    erase(0);
  }
  return moved;
}

uint32_t Assembler::bytes() const noexcept {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < count_; ++i) sum += range(i).slices.bytes();
  return sum;
}

uint32_t Assembler::slices() const noexcept {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < count_; ++i) sum += range(i).slices.count();
  return sum;
}

const Assembler::Range* Assembler::grown_last_before(uint32_t limit) const noexcept {
  const Range* last = nullptr;
  for (uint32_t i = 0; i < count_; ++i) {
    const Range& candidate = range(i);
    if (candidate.grown_at >= limit) continue;
    if (last == nullptr || candidate.grown_at > last->grown_at) last = &candidate;
  }
  return last;
}

uint32_t Assembler::latest(std::span<wire::SackBlock> blocks) const noexcept {
  uint32_t limit = UINT32_MAX;
  uint32_t count = 0;
  while (count < blocks.size()) {
    const Range* next = grown_last_before(limit);
    if (next == nullptr) break;
    blocks[count++] = {next->start.value(), next->end().value()};
    limit = next->grown_at;
  }
  return count;
}

uint32_t Assembler::position_for(Seq start) noexcept {
  // From the back: bytes mostly arrive in order behind one gap.
  uint32_t position = count_;
  while (position > 0 && range(position - 1).end() >= start) --position;
  return position;
}

void Assembler::make_room(uint32_t position, Seq start) noexcept {
  const auto slot = static_cast<uint8_t>(std::countr_one(used_));
  used_ |= 1u << slot;
  for (uint32_t i = count_; i > position; --i) order_[i] = order_[i - 1];
  order_[position] = slot;
  ++count_;
  ranges_[slot].start = start;
}

void Assembler::erase(uint32_t position) noexcept {
  Range& gone = range(position);
  gone.slices.clear();
  used_ &= ~(1u << order_[position]);
  --count_;
  for (uint32_t i = position; i < count_; ++i) order_[i] = order_[i + 1];
}

void Assembler::push(Range& to, nic::Slice slice) noexcept {
  if (slice.size() <= base::kSegmentCopyBytesMax && to.slices.try_copy_back(slice.bytes())) return;
  to.slices.push_back(std::move(slice));
}

void Assembler::join_with_next(uint32_t position) noexcept {
  if (position + 1 == count_ || range(position).end() != range(position + 1).start) return;
  range(position).slices.append(range(position + 1).slices);
  erase(position + 1);
}

}  // namespace penstock::tcp
