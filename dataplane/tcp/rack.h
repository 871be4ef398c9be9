// SPDX-License-Identifier: Apache-2.0
//
// RACK: a segment is lost when one that was sent later has been delivered and there has been time
// for reordering. It judges by time, so that it also finds retransmissions that were lost.
// It marks segments in the scoreboard; recovery is loss_recovery.cc's.
// Called by the worker that owns the connection.
// Invariant: the reordering window is at most one smoothed round trip.
// RFC 8985 6.2. Used with peers that send SACK.
#pragma once

#include <cstdint>

#include "dataplane/base/time.h"
#include "dataplane/tcp/sack_scoreboard.h"
#include "dataplane/tcp/seq.h"

namespace penstock::tcp {

class Rack {
 public:
  // A segment is newly known to be delivered (steps 2 and 3).
  void on_delivered(const SentSegment& segment, base::Instant now) noexcept;

  // The peer received something twice: reordering lasts longer than we thought (step 4).
  void on_duplicate_reported(Seq una, Seq nxt) noexcept;
  void on_recovery_ended() noexcept;

  struct Circumstances {
    base::Duration rtt_minimum;
    base::Duration rtt_smoothed;
    bool in_recovery = false;
  };
  struct Verdict {
    bool found_lost = false;
    base::Duration wait;  // look again after it; zero when nothing is in doubt
  };
  // Marks what is lost by now (step 5).
  Verdict detect(SackScoreboard& scoreboard, SegmentCells& cells, const Circumstances& at,
                 base::Instant now) noexcept;
  // What a time-out says is lost: the first segment, and what had its time (6.3).
  void mark_lost_on_timeout(SackScoreboard& scoreboard, SegmentCells& cells,
                            base::Instant now) noexcept;

 private:
  base::Duration window(const SackScoreboard& scoreboard, const Circumstances& at) const noexcept;
  bool was_sent_before_newest(const SentSegment& segment) const noexcept;

  static constexpr uint8_t kStepsPersist = 16;  // recoveries without a duplicate
  static constexpr uint32_t kDuplicateThreshold = 3;

  base::Instant newest_sent_;  // RACK.xmit_ts and RACK.end_seq: of the last sent that is delivered
  Seq newest_end_;
  Seq highest_end_;  // RACK.fack
  base::Duration rtt_;
  Seq round_end_;      // duplicates before it belong to one round
  uint8_t steps_ = 1;  // RACK.reo_wnd_mult
  uint8_t persist_ = 0;
  bool in_round_ = false;
  bool has_delivered_ = false;
  bool reordering_seen_ = false;
};

}  // namespace penstock::tcp
