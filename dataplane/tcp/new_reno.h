// SPDX-License-Identifier: Apache-2.0
//
// NewReno: congestion avoidance by one segment a round trip, and half the window at a loss.
// It counts bytes and knows neither sequence numbers nor time.
// Called by the worker that owns the connection, through Congestion.
// RFC 5681 3.1 (equation 4, congestion avoidance), RFC 3465 2.1 (bytes are counted).
#pragma once

#include <cstdint>

#include "dataplane/tcp/congestion_view.h"

namespace penstock::tcp {

class NewReno {
 public:
  uint32_t growth(const AvoidanceAck& ack) noexcept;
  uint32_t reduced(const LossMoment& moment, uint32_t segment) noexcept;
  void on_timeout() noexcept {}
  void on_idle() noexcept {}
  void undo() noexcept {}

 private:
  uint32_t acknowledged_ = 0;  // bytes towards the next increase
};

static_assert(CongestionControl<NewReno>);

}  // namespace penstock::tcp
