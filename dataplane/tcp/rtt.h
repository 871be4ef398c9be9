// SPDX-License-Identifier: Apache-2.0
//
// The round-trip time of one connection and the retransmission time-out that follows from it.
// One segment at a time is timed; a segment that was retransmitted never is (Karn).
// It arms no timer: timers.cc asks for timeout().
// Called by the worker that owns the connection.
// Invariants: kRtoMin <= timeout() <= kRtoMax.
// RFC 6298 (2, 3, 5.5-5.7). Deviation: kRtoMin is 200 ms and not 1 s, as in every stack in use.
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/tcp/seq.h"

namespace penstock::tcp {

inline constexpr base::Duration kRtoInitial = base::Duration::from_s(1);
inline constexpr base::Duration kRtoAfterSynLoss = base::Duration::from_s(3);
inline constexpr base::Duration kRtoMin = base::Duration::from_ms(200);
inline constexpr base::Duration kRtoMax = base::Duration::from_s(60);
inline constexpr base::Duration kRttGranularity = base::Duration::from_ms(1);

class Rtt {
 public:
  // New bytes up to `end` leave: they are timed unless others already are.
  void on_sent(Seq end, base::Instant now) noexcept;
  // Something is sent again: no sample may come of what is in flight.
  void on_retransmitted() noexcept { timing_ = false; }
  // `una` is acknowledged.
  void on_acknowledged(Seq una, base::Instant now) noexcept;

  // The timer expired: wait twice as long the next time (5.5).
  void back_off() noexcept;
  // The SYN had to be repeated: start data transmission with 3 s (5.7).
  void on_syn_was_lost() noexcept { rto_ = kRtoAfterSynLoss; }

  base::Duration timeout() const noexcept { return rto_; }
  // Zero before the first sample.
  base::Duration smoothed() const noexcept { return srtt_; }

 private:
  void add_sample(base::Duration sample) noexcept;

  base::Duration srtt_;
  base::Duration variation_;
  base::Duration rto_ = kRtoInitial;
  base::Instant timed_at_;
  Seq timed_end_;
  bool timing_ = false;
};

}  // namespace penstock::tcp
