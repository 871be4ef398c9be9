// SPDX-License-Identifier: Apache-2.0
//
// NewReno: slow start, congestion avoidance and the window's part of fast recovery.
// It counts bytes and knows neither sequence numbers nor time.
// Called by the worker that owns the connection.
// Invariants: window() is at least one segment.
// RFC 5681 3.1, 3.2, 4.1; RFC 6582 3.2; RFC 6928 (initial window of 10 segments).
#pragma once

#include <cstdint>

namespace penstock::tcp {

class NewReno {
 public:
  // `segment_bytes` is SMSS. A SYN that had to be repeated starts with one segment (RFC 5681 3.1).
  void start(uint32_t segment_bytes) noexcept;
  void on_syn_was_lost() noexcept { window_ = segment_bytes_; }

  uint32_t window() const noexcept { return window_; }
  uint32_t slow_start_threshold() const noexcept { return threshold_; }

  void on_acknowledged(uint32_t bytes) noexcept;
  void on_recovery_started(uint32_t bytes_in_flight) noexcept;
  void on_duplicate_in_recovery() noexcept;
  void on_partly_acknowledged(uint32_t bytes) noexcept;
  void on_recovery_ended(uint32_t bytes_in_flight) noexcept;
  void on_timeout(uint32_t bytes_in_flight) noexcept;
  void on_timeout_repeated() noexcept { window_ = segment_bytes_; }
  void on_idle() noexcept;

 private:
  uint32_t initial_window() const noexcept;
  void halve_threshold(uint32_t bytes_in_flight) noexcept;

  uint32_t segment_bytes_ = 536;
  uint32_t window_ = 5360;
  uint32_t threshold_ = UINT32_MAX;  // arbitrarily high at first
  uint32_t acknowledged_ = 0;        // bytes towards the next increase in congestion avoidance
};

}  // namespace penstock::tcp
