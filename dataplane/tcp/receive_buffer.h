// SPDX-License-Identifier: Apache-2.0
//
// What one connection has received and its user has not taken yet: bytes in order, and an Assembler
// for the rest while there is a gap. It says how much more there is room for; what of that is told
// to the peer is receive_window.h's.
// Called by the worker that owns the connection.
// Invariants: (1) bytes and packet buffers are bounded: past kReceiveSlicesMax buffers, bytes that
// cannot be copied into the last one are refused; (2) an Assembler is borrowed only while it holds
// something.
// RFC 9293 3.10.7.4 (segment text).
#pragma once

#include <cstdint>
#include <span>

#include "dataplane/base/slab.h"
#include "dataplane/nic/slice.h"
#include "dataplane/tcp/assembler.h"
#include "dataplane/tcp/seq.h"

namespace penstock::tcp {

class ReceiveBuffer {
 public:
  enum class Outcome : uint8_t {
    InOrder,     // rcv_nxt moves by `advanced` bytes
    OutOfOrder,  // kept for later
    Duplicate,   // nothing new in it
    Refused,     // no Assembler, too many ranges, or too many buffers
  };
  struct Accepted {
    Outcome outcome;
    uint32_t advanced = 0;
  };

  // What there is to keep bytes in.
  struct Means {
    uint32_t slices_max;  // packet buffers that may be pinned
    base::Slab<Assembler>& assemblers;
  };
  // `start` lies within the window; `next` is rcv_nxt. What is at rcv_nxt goes before what lies
  // behind a gap: where there is no room for both, the latter is given up and sent again.
  Accepted accept(Seq next, Seq start, nic::Slice slice, Means means) noexcept;
  // Forgets everything, and gives the Assembler back.
  void discard(base::Slab<Assembler>& slab) noexcept;
  // Forgets what is behind a gap.
  void discard_out_of_order(base::Slab<Assembler>& slab) noexcept;

  nic::SliceQueue& in_order() noexcept { return in_order_; }
  bool has_gap() const noexcept { return assembler_ != nullptr; }
  // What lies behind gaps, the latest first; returns how many ranges.
  uint32_t latest_ranges(std::span<wire::SackBlock> blocks) const noexcept {
    return assembler_ == nullptr ? 0 : assembler_->latest(blocks);
  }

  // Bytes that still fit when these are the limits and segments are of `segment_bytes`.
  uint32_t room(uint32_t capacity_bytes, uint32_t slices_max,
                uint32_t segment_bytes) const noexcept;
  // Packet buffers that are pinned.
  uint32_t slices() const noexcept;

 private:
  // Takes the slice, unless it would pin one buffer too many.
  bool try_push_in_order(nic::Slice& slice, uint32_t slices_max) noexcept;
  Accepted keep_for_later(Seq start, nic::Slice slice, Means means) noexcept;

  nic::SliceQueue in_order_;
  Assembler* assembler_ = nullptr;
};

}  // namespace penstock::tcp
