// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/rack.h"

#include <algorithm>

namespace penstock::tcp {

void Rack::on_delivered(const SentSegment& segment, base::Instant now) noexcept {
  if (!has_delivered_ || highest_end_ < segment.end) {
    highest_end_ = segment.end;
  } else if (!segment.retransmitted) {
    reordering_seen_ = true;
  }
  const bool newer = segment.sent_at > newest_sent_ ||
                     (segment.sent_at == newest_sent_ && segment.end > newest_end_);
  if (has_delivered_ && !newer) return;
  has_delivered_ = true;
  newest_sent_ = segment.sent_at;
  newest_end_ = segment.end;
  rtt_ = now - segment.sent_at;
}

void Rack::on_duplicate_reported(Seq una, Seq nxt) noexcept {
  if (in_round_ && una < round_end_) return;
  in_round_ = true;
  round_end_ = nxt;
  persist_ = kStepsPersist;
  if (steps_ < UINT8_MAX) ++steps_;
}

void Rack::on_recovery_ended() noexcept {
  if (persist_ > 0) --persist_;
  if (persist_ == 0) steps_ = 1;
}

base::Duration Rack::window(const SackScoreboard& scoreboard,
                            const Circumstances& at) const noexcept {
  const bool certain = at.in_recovery || scoreboard.sacked_count() >= kDuplicateThreshold;
  if (!reordering_seen_ && certain) return {};
  return std::min(at.rtt_minimum * steps_ / 4, at.rtt_smoothed);
}

bool Rack::was_sent_before_newest(const SentSegment& segment) const noexcept {
  if (segment.sent_at != newest_sent_) return segment.sent_at < newest_sent_;
  return segment.end < newest_end_;
}

Rack::Verdict Rack::detect(SackScoreboard& scoreboard, SegmentCells& cells, const Circumstances& at,
                           base::Instant now) noexcept {
  Verdict verdict;
  if (!has_delivered_) return verdict;
  const base::Duration patience = rtt_ + window(scoreboard, at);
  scoreboard.for_each(cells, [&](SentSegment& segment) {
    if (segment.fate != Fate::InFlight || !was_sent_before_newest(segment)) return true;
    const base::Duration left = segment.sent_at + patience - now;
    if (left > base::Duration()) {
      verdict.wait = std::max(verdict.wait, left);
    } else {
      scoreboard.mark_lost(segment);
      verdict.found_lost = true;
    }
    return true;
  });
  return verdict;
}

void Rack::mark_lost_on_timeout(SackScoreboard& scoreboard, SegmentCells& cells,
                                base::Instant now) noexcept {
  bool first = true;
  scoreboard.for_each(cells, [&](SentSegment& segment) {
    const bool had_its_time = segment.sent_at + rtt_ <= now;
    if (segment.fate == Fate::InFlight && (first || had_its_time)) scoreboard.mark_lost(segment);
    first = false;
    return true;
  });
}

}  // namespace penstock::tcp
