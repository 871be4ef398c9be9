// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/new_reno.h"

#include <algorithm>

namespace penstock::tcp {

namespace {

// A window beyond what any peer can advertise serves nothing and could overflow.
constexpr uint32_t kWindowMax = uint32_t{1} << 30;

}  // namespace

void NewReno::start(uint32_t segment_bytes) noexcept {
  segment_bytes_ = segment_bytes;
  window_ = initial_window();
}

uint32_t NewReno::initial_window() const noexcept {
  return std::min(10 * segment_bytes_, std::max(2 * segment_bytes_, 14'600u));
}

void NewReno::on_acknowledged(uint32_t bytes) noexcept {
  if (window_ < threshold_) {
    // RFC 5681 3.1: at most one segment per ACK, however many bytes it covers.
    window_ = std::min(window_ + std::min(bytes, segment_bytes_), kWindowMax);
    return;
  }
  // One segment for each window's worth of bytes (appropriate byte counting, RFC 3465 2.1).
  acknowledged_ += bytes;
  if (acknowledged_ < window_) return;
  acknowledged_ -= window_;
  window_ = std::min(window_ + segment_bytes_, kWindowMax);
}

void NewReno::halve_threshold(uint32_t bytes_in_flight) noexcept {
  threshold_ = std::max(bytes_in_flight / 2, 2 * segment_bytes_);
  acknowledged_ = 0;
}

void NewReno::on_recovery_started(uint32_t bytes_in_flight) noexcept {
  halve_threshold(bytes_in_flight);
  // The three duplicates say that three segments have left the network.
  window_ = threshold_ + 3 * segment_bytes_;
}

void NewReno::on_duplicate_in_recovery() noexcept {
  window_ = std::min(window_ + segment_bytes_, kWindowMax);
}

void NewReno::on_partly_acknowledged(uint32_t bytes) noexcept {
  // RFC 6582 3.2: deflate by what was acknowledged, and give back one segment if it was as much.
  window_ -= std::min(bytes, window_ - segment_bytes_);
  if (bytes >= segment_bytes_) window_ += segment_bytes_;
}

void NewReno::on_recovery_ended(uint32_t bytes_in_flight) noexcept {
  // RFC 6582 3.2, step 3, option 1: no burst when little is in flight.
  window_ = std::min(threshold_, std::max(bytes_in_flight, segment_bytes_) + segment_bytes_);
}

void NewReno::on_timeout(uint32_t bytes_in_flight) noexcept {
  halve_threshold(bytes_in_flight);
  window_ = segment_bytes_;
}

void NewReno::on_idle() noexcept { window_ = std::min(window_, initial_window()); }

}  // namespace penstock::tcp
