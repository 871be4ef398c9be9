// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/congestion.h"

#include <algorithm>

namespace penstock::tcp {

namespace {

// A window beyond what any peer can advertise serves nothing and could overflow.
constexpr uint32_t kWindowMax = uint32_t{1} << 30;

}  // namespace

void Congestion::start(CongestionAlgorithm algorithm, uint32_t segment_bytes) noexcept {
  segment_bytes_ = segment_bytes;
  window_ = initial_window();
  if (algorithm == CongestionAlgorithm::Cubic) {
    algorithm_ = Cubic();
  } else {
    algorithm_ = NewReno();
  }
}

uint32_t Congestion::initial_window() const noexcept {
  return std::min(10 * segment_bytes_, std::max(2 * segment_bytes_, 14'600u));
}

void Congestion::on_acknowledged(const Acknowledgment& ack) noexcept {
  if (window_ < threshold_) {
    // RFC 5681 3.1: at most one segment per ACK of two, however many bytes it covers.
    set_window(window_ + std::min(ack.bytes, 2 * segment_bytes_));
    return;
  }
  const uint32_t growth = std::visit(
      [&](auto& algorithm) {
        return algorithm.growth({.window = window_,
                                 .segment = segment_bytes_,
                                 .acknowledged = ack.bytes,
                                 .rtt = ack.rtt,
                                 .now = ack.now});
      },
      algorithm_);
  set_window(window_ + growth);
}

void Congestion::set_window(uint32_t bytes) noexcept {
  window_ = std::clamp(bytes, segment_bytes_, kWindowMax);
}

void Congestion::reduce(uint32_t bytes_in_flight) noexcept {
  window_before_ = window_;
  threshold_before_ = threshold_;
  const uint32_t reduced = std::visit(
      [&](auto& algorithm) {
        return algorithm.reduced({.window = window_, .in_flight = bytes_in_flight}, segment_bytes_);
      },
      algorithm_);
  threshold_ = std::max(reduced, 2 * segment_bytes_);
}

void Congestion::on_recovery_started(uint32_t bytes_in_flight) noexcept { reduce(bytes_in_flight); }

void Congestion::on_timeout(uint32_t bytes_in_flight) noexcept {
  reduce(bytes_in_flight);
  window_ = segment_bytes_;
  std::visit([](auto& algorithm) { algorithm.on_timeout(); }, algorithm_);
}

void Congestion::on_idle() noexcept {
  window_ = std::min(window_, initial_window());
  std::visit([](auto& algorithm) { algorithm.on_idle(); }, algorithm_);
}

void Congestion::undo() noexcept {
  if (window_before_ == 0) return;
  set_window(std::max(window_, window_before_));
  threshold_ = threshold_before_;
  window_before_ = 0;
  std::visit([](auto& algorithm) { algorithm.undo(); }, algorithm_);
}

}  // namespace penstock::tcp
