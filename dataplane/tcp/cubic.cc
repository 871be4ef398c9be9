// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/cubic.h"

#include <algorithm>
#include <cmath>

namespace penstock::tcp {

namespace {

// 4.3: NewReno's additive increase for CUBIC's milder decrease.
constexpr float kAlpha = 3.0f * (1.0f - Cubic::kBeta) / (1.0f + Cubic::kBeta);

float seconds(base::Duration duration) noexcept {
  return static_cast<float>(duration.ns()) * 1e-9f;
}

}  // namespace

void Cubic::begin_epoch(float cwnd, base::Instant now) noexcept {
  epoch_start_ = now;
  w_est_ = cwnd;
  if (cwnd >= w_max_) {
    w_max_ = cwnd;
    k_ = 0;
  } else {
    k_ = std::cbrt((w_max_ - cwnd) / kC);
  }
}

float Cubic::w_cubic(float since_epoch) const noexcept {
  const float t = since_epoch - k_;
  return kC * t * t * t + w_max_;
}

// 4.3: what NewReno's window would be.
float Cubic::next_w_est(const AvoidanceAck& ack, float cwnd) noexcept {
  const float segments = static_cast<float>(ack.acknowledged) / static_cast<float>(ack.segment);
  const float alpha = w_est_ >= cwnd_prior_ ? 1.0f : kAlpha;
  return w_est_ += alpha * segments / cwnd;
}

uint32_t Cubic::growth(const AvoidanceAck& ack) noexcept {
  const auto segment = static_cast<float>(ack.segment);
  const float cwnd = static_cast<float>(ack.window) / segment;
  if (epoch_start_.is_never()) begin_epoch(cwnd, ack.now);
  const float t = seconds(ack.now - epoch_start_);
  const float w_est = next_w_est(ack, cwnd);
  float target = 0;
  if (w_cubic(t) < w_est) {
    target = w_est;
    fraction_ += std::max(target - cwnd, 0.0f) * segment;
  } else {
    // 4.4, 4.5: towards where the function will be in one round trip, at most half as much again.
    target = std::clamp(w_cubic(t + seconds(ack.rtt)), cwnd, 1.5f * cwnd);
    fraction_ += (target - cwnd) / cwnd * static_cast<float>(ack.acknowledged);
  }
  const auto whole = static_cast<uint32_t>(fraction_);
  fraction_ -= static_cast<float>(whole);
  return whole;
}

uint32_t Cubic::reduced(const LossMoment& moment, uint32_t segment) noexcept {
  const float cwnd = static_cast<float>(moment.window) / static_cast<float>(segment);
  w_max_before_ = w_max_;
  // 4.7: who loses below the last plateau leaves room for newcomers.
  w_max_ = cwnd < w_max_ ? cwnd * (1.0f + kBeta) / 2.0f : cwnd;
  cwnd_prior_ = cwnd;
  epoch_start_ = base::Instant::never();
  // 4.6: of what was in flight, since a window that was not used says nothing.
  return static_cast<uint32_t>(static_cast<float>(moment.in_flight) * kBeta);
}

// 4.8: the first epoch after it starts on a plateau.
void Cubic::on_timeout() noexcept {
  w_max_ = 0;
  epoch_start_ = base::Instant::never();
}

void Cubic::undo() noexcept {
  w_max_ = std::max(w_max_before_, w_max_);
  epoch_start_ = base::Instant::never();
}

}  // namespace penstock::tcp
