// SPDX-License-Identifier: Apache-2.0
//
// Keeps the bytes of one connection that arrived out of order, until the gap before them closes.
// Each range is a run of adjacent slices; overlaps are trimmed away on arrival, so no byte is held
// twice. What is in order already is receive_buffer.h's.
// Called by the worker that owns the connection.
// Invariants: (1) ranges are sorted and never touch; (2) at most kOutOfOrderRangesMax; (3) where
// two segments disagree about a byte, it is not said whose stays: RFC 9293 forbids such peers.
// RFC 9293 3.10.7.4 (segment text), RFC 2018 4 (the order of SACK blocks).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dataplane/base/limits.h"
#include "dataplane/nic/slice.h"
#include "dataplane/tcp/seq.h"
#include "dataplane/wire/tcp_options.h"

namespace penstock::tcp {

class Assembler {
 public:
  enum class Outcome : uint8_t { Stored, Duplicate, TooManyRanges };

  Outcome insert(Seq start, nic::Slice slice) noexcept;
  // Moves all bytes that follow `next` without a gap to the end of `queue`; drops older ones.
  // Returns how many were moved.
  uint32_t take(Seq next, nic::SliceQueue& queue) noexcept;

  bool empty() const noexcept { return count_ == 0; }
  // Sums over the ranges, of which there is one as a rule.
  uint32_t bytes() const noexcept;
  uint32_t slices() const noexcept;
  uint32_t ranges() const noexcept { return count_; }
  // The ranges that grew last, the latest first; returns how many there are.
  uint32_t latest(std::span<wire::SackBlock> blocks) const noexcept;

 private:
  struct Range {
    Seq start;
    uint32_t grown_at = 0;  // in insertions
    nic::SliceQueue slices;
    Seq end() const noexcept { return start + slices.bytes(); }
  };

  Range& range(uint32_t position) noexcept { return ranges_[order_[position]]; }
  const Range& range(uint32_t position) const noexcept { return ranges_[order_[position]]; }
  // The first range that ends at or behind `start`.
  uint32_t position_for(Seq start) noexcept;
  void make_room(uint32_t position, Seq start) noexcept;
  // Of those that grew before `limit`, the range that grew last; nullptr when there is none.
  const Range* grown_last_before(uint32_t limit) const noexcept;
  void erase(uint32_t position) noexcept;
  static void push(Range& to, nic::Slice slice) noexcept;
  void join_with_next(uint32_t position) noexcept;

  std::array<Range, base::kOutOfOrderRangesMax> ranges_;
  std::array<uint8_t, base::kOutOfOrderRangesMax> order_{};  // sorted; indexes into ranges_
  uint32_t used_ = 0;                                        // one bit for each of ranges_
  uint32_t count_ = 0;
  uint32_t insertions_ = 0;
  static_assert(base::kOutOfOrderRangesMax <= 32, "one bit each in used_");
};

}  // namespace penstock::tcp
