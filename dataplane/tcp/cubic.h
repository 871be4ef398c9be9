// SPDX-License-Identifier: Apache-2.0
//
// CUBIC: congestion avoidance along a cubic function of the time since the last loss, so that the
// window returns quickly to where the loss was, stays there for a while, and then probes beyond;
// where NewReno would be faster (short round trips), it grows like NewReno.
// Windows are in segments here, as in the RFC; time comes with each ACK.
// Called by the worker that owns the connection, through Congestion.
// RFC 9438 4.1-4.9; the names are the RFC's.
#pragma once

#include <cstdint>

#include "dataplane/base/time.h"
#include "dataplane/tcp/congestion_view.h"

namespace penstock::tcp {

class Cubic {
 public:
  uint32_t growth(const AvoidanceAck& ack) noexcept;
  uint32_t reduced(const LossMoment& moment, uint32_t segment) noexcept;
  void on_timeout() noexcept;
  void on_idle() noexcept { epoch_start_ = base::Instant::never(); }
  void undo() noexcept;

  static constexpr float kBeta = 0.7f;  // beta_cubic
  static constexpr float kC = 0.4f;     // segments per second cubed

 private:
  void begin_epoch(float cwnd, base::Instant now) noexcept;
  float w_cubic(float seconds) const noexcept;
  float next_w_est(const AvoidanceAck& ack, float cwnd) noexcept;

  base::Instant epoch_start_ = base::Instant::never();
  float w_max_ = 0;
  float w_max_before_ = 0;  // for undo()
  float k_ = 0;             // seconds
  float w_est_ = 0;
  float cwnd_prior_ = 0;
  float fraction_ = 0;  // bytes that growth() has not given out yet
};

static_assert(CongestionControl<Cubic>);

}  // namespace penstock::tcp
