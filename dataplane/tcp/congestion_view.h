// SPDX-License-Identifier: Apache-2.0
//
// What a congestion control algorithm is told, so that it need not know a connection, and what it
// must be able to do.
// A concept and not a base class: it is asked for every ACK (DESIGN.md 4).
// RFC 5681, RFC 9438.
#pragma once

#include <concepts>
#include <cstdint>

#include "dataplane/base/time.h"

namespace penstock::tcp {

// An ACK in congestion avoidance.
struct AvoidanceAck {
  uint32_t window = 0;   // bytes
  uint32_t segment = 0;  // SMSS
  uint32_t acknowledged = 0;
  base::Duration rtt;
  base::Instant now;
};

// The moment of a loss.
struct LossMoment {
  uint32_t window = 0;
  uint32_t in_flight = 0;
};

template <class T>
concept CongestionControl = requires(T control, const AvoidanceAck& ack, const LossMoment& moment,
                                     uint32_t segment) {
  { control.growth(ack) }
  noexcept->std::same_as<uint32_t>;  // bytes to add to the window
  { control.reduced(moment, segment) }
  noexcept->std::same_as<uint32_t>;  // the slow start threshold
  { control.on_timeout() }
  noexcept;
  { control.on_idle() }
  noexcept;
  { control.undo() }
  noexcept;  // reduced() was a mistake
};

}  // namespace penstock::tcp
