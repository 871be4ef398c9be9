// SPDX-License-Identifier: Apache-2.0
//
// The round-trip time of one connection, and the retransmission time-out that follows from it.
// Samples come from loss_recovery.cc, which takes none that may be of another transmission (Karn).
// One sample of each flight shapes the mean; every sample may be the new minimum.
// It arms no timer: timers.cc asks for timeout().
// Called by the worker that owns the connection.
// Invariants: kRtoMin <= timeout() <= kRtoMax.
// RFC 6298 (2, 3, 5.5-5.7), RFC 8985 6.2 step 1 (minimum). Deviation: kRtoMin is 200 ms and not 1
// s, as in every stack in use.
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/tcp/seq.h"

namespace penstock::tcp {

inline constexpr base::Duration kRtoInitial = base::Duration::from_s(1);
inline constexpr base::Duration kRtoAfterSynLoss = base::Duration::from_s(3);
inline constexpr base::Duration kRtoMin = base::Duration::from_ms(200);
inline constexpr base::Duration kRtoMax = base::Duration::from_s(60);
inline constexpr base::Duration kRttGranularity = base::Duration::from_ms(1);
// A minimum that is older than this says nothing about the path of today.
inline constexpr base::Duration kMinimumRttAgeMax = base::Duration::from_s(300);

class Rtt {
 public:
  // What `una` acknowledges took so long; numbers up to `nxt` are under way.
  void on_sample(base::Duration sample, Seq una, Seq nxt, base::Instant now) noexcept;

  // The timer expired: wait twice as long the next time (5.5).
  void back_off() noexcept;
  // The SYN had to be repeated: start data transmission with 3 s (5.7).
  void on_syn_was_lost() noexcept { rto_ = kRtoAfterSynLoss; }

  base::Duration timeout() const noexcept { return rto_; }
  // Zero before the first sample.
  base::Duration smoothed() const noexcept { return srtt_; }
  base::Duration minimum() const noexcept { return minimum_; }

 private:
  void smooth(base::Duration sample) noexcept;
  base::Duration measured_timeout() const noexcept;

  base::Duration srtt_;
  base::Duration variation_;
  base::Duration rto_ = kRtoInitial;
  base::Duration minimum_;
  base::Instant minimum_at_;
  Seq next_flight_;  // the first number whose sample shapes the mean again
};

}  // namespace penstock::tcp
