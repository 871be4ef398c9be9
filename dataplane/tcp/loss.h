// SPDX-License-Identifier: Apache-2.0
//
// What one connection knows about losses: the phase it is in, and the state of each way to find
// them: RACK and tail loss probes with peers that send SACK, duplicate ACKs with others.
// It holds the facts; the rules are in loss_recovery.cc.
// Called by the worker that owns the connection.
// Invariants: (1) Recovery and TimedOut end only with an ACK of `recover`, or when they turn out to
// have been a mistake; (2) `duplicates` is 0 with peers that send SACK.
// RFC 5681 3.2, RFC 6582 3.2, RFC 6298 5, RFC 8985 6-7, RFC 5682, RFC 3522.
#pragma once

#include <cstdint>

#include "dataplane/base/time.h"
#include "dataplane/tcp/prr.h"
#include "dataplane/tcp/rack.h"
#include "dataplane/tcp/seq.h"

namespace penstock::tcp {

enum class LossPhase : uint8_t {
  Open,      // nothing is missing, as far as is known
  Recovery,  // found before the timer; the window comes down by prr.h
  TimedOut,  // found by the timer; slow start
};

// RFC 8985 7: one more segment after a silence, so that ACKs tell what the last ones became.
struct TailProbe {
  Seq end;  // TLP.end_seq
  bool under_way = false;
  bool was_retransmission = false;  // TLP.is_retrans
};

struct Loss {
  LossPhase phase = LossPhase::Open;
  Seq recover;  // SND.NXT when the last loss was found
  Rack rack;
  ProportionalRate prr;
  TailProbe tail_probe;
  base::Instant reorder_at = base::Instant::never();  // when RACK looks again
  uint32_t duplicates = 0;    // segments that duplicate ACKs say have left the network
  uint32_t last_advance = 0;  // bytes that the last ACK was for, with peers without SACK

  // --- Whether the last reduction was needed.
  uint32_t unproven = 0;       // retransmissions that no D-SACK has called needless
  uint32_t timeout_stamp = 0;  // TSval when the timer expired
  bool timeout_in_doubt = false;

  static constexpr uint32_t kDuplicateThreshold = 3;
  static constexpr uint32_t kSmallAdvanceSegments = 4;

  void start(Seq iss) noexcept { recover = iss; }
};

}  // namespace penstock::tcp
