// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/sack_scoreboard.h"

namespace penstock::tcp {

void SackScoreboard::on_sent(Seq start, Seq end, base::Instant now, SegmentCells& cells) noexcept {
  SentSegment* before = last(cells);
  const bool may_take_cell = before == nullptr || (cells.has_spare() && count_ < kSegmentsMax);
  if (!may_take_cell) {
    // Whatever was known of the one before is forgotten: it is sent again at worst.
    move(*before, Fate::InFlight);
    in_flight_ += bytes_between(start, end);
    before->end = end;
    before->sent_at = now;
    return;
  }
  SentSegment* segment = cells.acquire();
  CHECK(segment != nullptr);
  segment->start = start;
  segment->end = end;
  segment->sent_at = now;
  append(*segment, before, cells);
  in_flight_ += segment->bytes();
}

void SackScoreboard::append(SentSegment& segment, SentSegment* before,
                            SegmentCells& cells) noexcept {
  const uint32_t index = cells.index_of(segment);
  if (before == nullptr) {
    head_ = tail_ = index;
  } else {
    segment.next = before->next;
    before->next = index;
    if (segment.next == kNone) tail_ = index;
  }
  ++count_;
}

void SackScoreboard::on_retransmitted(SentSegment& segment, base::Instant now) noexcept {
  move(segment, Fate::InFlight);
  segment.sent_at = now;
  if (segment.retransmitted) return;
  segment.retransmitted = true;
  ++retransmitted_count_;
}

void SackScoreboard::split(SentSegment& segment, uint32_t bytes, SegmentCells& cells) noexcept {
  if (segment.bytes() <= bytes || !cells.has_spare()) return;
  SentSegment* rest = cells.acquire();
  CHECK(rest != nullptr);
  *rest = segment;
  rest->start = segment.start + bytes;
  segment.end = rest->start;
  append(*rest, &segment, cells);
  if (rest->retransmitted) ++retransmitted_count_;
  if (rest->fate == Fate::Sacked) ++sacked_count_;
}

void SackScoreboard::move(SentSegment& segment, Fate to) noexcept {
  if (segment.fate == Fate::Sacked) --sacked_count_;
  if (to == Fate::Sacked) ++sacked_count_;
  bytes_of(segment.fate) -= segment.bytes();
  bytes_of(to) += segment.bytes();
  segment.fate = to;
}

void SackScoreboard::mark_lost(SentSegment& segment) noexcept {
  move(segment, Fate::Lost);
  lost_from_ = kNone;
}

void SackScoreboard::mark_in_flight(SentSegment& segment) noexcept {
  move(segment, Fate::InFlight);
}

SentSegment* SackScoreboard::first_lost(SegmentCells& cells) noexcept {
  if (lost_ == 0) return nullptr;
  uint32_t at = lost_from_ == kNone ? head_ : lost_from_;
  while (cells.at(at).fate != Fate::Lost) at = cells.at(at).next;
  lost_from_ = at;
  return &cells.at(at);
}

void SackScoreboard::pop_front(SegmentCells& cells) noexcept {
  SentSegment& segment = cells.at(head_);
  bytes_of(segment.fate) -= segment.bytes();
  if (segment.fate == Fate::Sacked) --sacked_count_;
  if (segment.retransmitted) --retransmitted_count_;
  if (lost_from_ == head_) lost_from_ = kNone;
  head_ = segment.next;
  if (head_ == kNone) tail_ = kNone;
  --count_;
  cells.release(segment);
}

void SackScoreboard::discard(SegmentCells& cells) noexcept {
  while (head_ != kNone) pop_front(cells);
}

}  // namespace penstock::tcp
