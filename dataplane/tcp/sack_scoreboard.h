// SPDX-License-Identifier: Apache-2.0
//
// What has been sent and is not acknowledged: each segment with the time it last left and what is
// believed to have become of it. It keeps the record; who is lost is decided in loss.h.
// When the stack's cells run low, a segment is booked together with the one before it: both are
// then lost or delivered as one, and nothing is forgotten. Called by the worker that owns the
// connection. Invariants: (1) segments are sorted and adjacent, from snd_una to snd_nxt; (2)
// in_flight_bytes(), lost_bytes() and sacked_bytes() add up to all of them; (3) a connection that
// holds no cell always gets one. RFC 2018 (SACK), RFC 6675 3 (scoreboard, pipe), RFC 8985 5.2
// (transmit times).
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "dataplane/base/limits.h"
#include "dataplane/base/slab.h"
#include "dataplane/base/time.h"
#include "dataplane/tcp/seq.h"
#include "dataplane/wire/tcp_options.h"

namespace penstock::tcp {

enum class Fate : uint8_t { InFlight, Lost, Sacked };

struct SentSegment {
  Seq start;
  Seq end;                     // a FIN counts
  base::Instant sent_at;       // the last time
  uint32_t next = UINT32_MAX;  // its index in the slab
  Fate fate = Fate::InFlight;
  bool retransmitted = false;

  uint32_t bytes() const noexcept { return bytes_between(start, end); }
};

// The cells of one stack: one is kept for each connection, the rest goes to whoever needs more.
class SegmentCells {
 public:
  explicit SegmentCells(uint32_t connections)
      : slab_(connections +
              std::max(connections * base::kSharedSegmentsPerConnection, base::kSharedSegmentsMin)),
        reserved_(connections) {}

  bool has_spare() const noexcept { return slab_.capacity() - slab_.in_use() > reserved_; }
  SentSegment* acquire() noexcept { return slab_.acquire(); }
  void release(SentSegment& segment) noexcept { slab_.release(&segment); }
  uint32_t index_of(const SentSegment& segment) const noexcept { return slab_.index_of(segment); }
  SentSegment& at(uint32_t index) noexcept { return slab_.at(index); }
  uint32_t in_use() const noexcept { return slab_.in_use(); }

 private:
  base::Slab<SentSegment> slab_;
  uint32_t reserved_;
};

class SackScoreboard {
 public:
  // [nxt, end) leaves for the first time.
  void on_sent(Seq start, Seq end, base::Instant now, SegmentCells& cells) noexcept;
  // A lost segment leaves again.
  void on_retransmitted(SentSegment& segment, base::Instant now) noexcept;
  // Makes two of a segment that is longer than `bytes`; it stays whole when no cell is left.
  void split(SentSegment& segment, uint32_t bytes, SegmentCells& cells) noexcept;

  // Everything before `una` is delivered. Calls `visit` with each segment that was not known to be.
  template <class Visit>
  void acknowledge(Seq una, SegmentCells& cells, Visit&& visit) noexcept;
  // The peer has these ranges. Calls `visit` with each segment that was not known to be delivered.
  // What lies outside of what was sent is not looked at; half a segment does not count.
  template <class Visit>
  void apply(std::span<const wire::SackBlock> blocks, SegmentCells& cells, Visit&& visit) noexcept;

  // --- Judgements of loss.h and timers.cc.
  void mark_lost(SentSegment& segment) noexcept;
  void mark_in_flight(SentSegment& segment) noexcept;
  // Calls `visit` with each segment in order of sequence, until it returns false.
  template <class Visit>
  void for_each(SegmentCells& cells, Visit&& visit) noexcept;

  // The first lost segment; nullptr when there is none.
  SentSegment* first_lost(SegmentCells& cells) noexcept;
  SentSegment* first(SegmentCells& cells) noexcept {
    return head_ == kNone ? nullptr : &cells.at(head_);
  }
  SentSegment* last(SegmentCells& cells) noexcept {
    return head_ == kNone ? nullptr : &cells.at(tail_);
  }
  void discard(SegmentCells& cells) noexcept;

  bool empty() const noexcept { return head_ == kNone; }
  uint32_t count() const noexcept { return count_; }
  uint32_t in_flight_bytes() const noexcept { return in_flight_; }
  uint32_t lost_bytes() const noexcept { return lost_; }
  uint32_t sacked_bytes() const noexcept { return sacked_; }
  uint32_t sacked_count() const noexcept { return sacked_count_; }
  // Whether delivery can have happened in another order than transmission.
  bool is_plain() const noexcept { return sacked_ == 0 && retransmitted_count_ == 0; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint32_t kSegmentsMax = base::kSentSegmentsMax;

  uint32_t& bytes_of(Fate fate) noexcept {
    if (fate == Fate::InFlight) return in_flight_;
    return fate == Fate::Lost ? lost_ : sacked_;
  }
  // Behind `before`, or as the only one.
  void append(SentSegment& segment, SentSegment* before, SegmentCells& cells) noexcept;
  void move(SentSegment& segment, Fate to) noexcept;
  void pop_front(SegmentCells& cells) noexcept;

  uint32_t head_ = kNone;
  uint32_t tail_ = kNone;
  uint32_t lost_from_ = kNone;  // no segment before this one is lost
  uint32_t count_ = 0;
  uint32_t in_flight_ = 0;
  uint32_t lost_ = 0;
  uint32_t sacked_ = 0;
  uint32_t sacked_count_ = 0;
  uint32_t retransmitted_count_ = 0;
};

template <class Visit>
void SackScoreboard::acknowledge(Seq una, SegmentCells& cells, Visit&& visit) noexcept {
  while (head_ != kNone) {
    SentSegment& segment = cells.at(head_);
    if (segment.start >= una) return;
    if (segment.end > una) {
      // Part of a segment: a peer on the way has cut it, or it was booked together with others.
      bytes_of(segment.fate) -= bytes_between(segment.start, una);
      segment.start = una;
      return;
    }
    if (segment.fate != Fate::Sacked) visit(segment);
    pop_front(cells);
  }
}

template <class Visit>
void SackScoreboard::apply(std::span<const wire::SackBlock> blocks, SegmentCells& cells,
                           Visit&& visit) noexcept {
  for (const wire::SackBlock& block : blocks) {
    const Seq left(block.left);
    const Seq right(block.right);
    for (uint32_t at = head_; at != kNone; at = cells.at(at).next) {
      SentSegment& segment = cells.at(at);
      if (segment.end > right) break;
      if (segment.start < left || segment.fate == Fate::Sacked) continue;
      visit(segment);
      move(segment, Fate::Sacked);
    }
  }
}

template <class Visit>
void SackScoreboard::for_each(SegmentCells& cells, Visit&& visit) noexcept {
  for (uint32_t at = head_; at != kNone; at = cells.at(at).next) {
    if (!visit(cells.at(at))) return;
  }
}

}  // namespace penstock::tcp
