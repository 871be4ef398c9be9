// SPDX-License-Identifier: Apache-2.0
//
// Decides from acknowledgments that a segment is lost, before the timer does. It counts duplicate
// ACKs and remembers the recovery point; what that means for the window is congestion.h's.
// Kept apart from congestion control so that SACK and RACK-TLP can replace it.
// Called by the worker that owns the connection.
// Invariants: in_recovery() ends only with an ACK of the recovery point, or with a time-out.
// RFC 5681 3.2, RFC 6582 3.2 (careful variant, 4.1: the cumulative ACK test), RFC 3042.
#pragma once

#include <algorithm>
#include <cstdint>

#include "dataplane/tcp/seq.h"

namespace penstock::tcp {

class Loss {
 public:
  enum class Verdict : uint8_t {
    Nothing,          // go on
    FirstLost,        // retransmit at snd_una and enter recovery
    StillInRecovery,  // another segment has left the network
    PartlyRecovered,  // retransmit at the new snd_una, stay in recovery
    Recovered,        // recovery is over
  };

  void start(Seq iss) noexcept { recover_ = iss; }
  bool in_recovery() const noexcept { return in_recovery_; }

  // The same acknowledgment again, with nothing new beside it, while `snd_max - una` is in flight.
  Verdict on_duplicate(Seq una, Seq snd_max) noexcept {
    if (in_recovery_) return Verdict::StillInRecovery;
    if (duplicates_ < kThreshold) ++duplicates_;
    if (duplicates_ < kThreshold || counted_out_) return Verdict::Nothing;
    counted_out_ = true;
    // Duplicates of what went out before the last loss say nothing new (RFC 6582 3.2, step 2).
    if (una <= recover_) return Verdict::Nothing;
    in_recovery_ = true;
    recover_ = snd_max;
    return Verdict::FirstLost;
  }

  Verdict on_advanced(Seq una) noexcept {
    duplicates_ = 0;
    counted_out_ = false;
    if (!in_recovery_) return Verdict::Nothing;
    if (una < recover_) return Verdict::PartlyRecovered;
    in_recovery_ = false;
    return Verdict::Recovered;
  }

  // The timer expired with everything up to `snd_max` sent.
  void on_timeout(Seq snd_max) noexcept {
    recover_ = snd_max;
    in_recovery_ = false;
    duplicates_ = 0;
    counted_out_ = false;
  }

  // Segments that may be sent beyond the congestion window (limited transmit, RFC 3042).
  uint32_t extra_segments() const noexcept {
    return in_recovery_ ? 0 : std::min<uint32_t>(duplicates_, 2);
  }

 private:
  static constexpr uint8_t kThreshold = 3;
  Seq recover_;
  uint8_t duplicates_ = 0;
  bool in_recovery_ = false;
  bool counted_out_ = false;  // this run of duplicates has been judged
};

}  // namespace penstock::tcp
