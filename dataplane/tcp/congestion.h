// SPDX-License-Identifier: Apache-2.0
//
// The congestion window of one connection: slow start, what a loss does to it, and one of two
// algorithms for what lies between. It decides how much may be in flight; which segment is lost is
// decided in rack.h and duplicate_acks.h, the window during recovery in prr.h; it sends nothing.
// Called by the worker that owns the connection.
// Invariants: (1) window() is at least one segment; (2) undo() restores what the last reduction
// took, once.
// RFC 5681 3.1, 4.1; RFC 6928 (initial window of 10 segments); RFC 9438; RFC 6582.
#pragma once

#include <cstdint>
#include <variant>

#include "dataplane/base/time.h"
#include "dataplane/tcp/cubic.h"
#include "dataplane/tcp/new_reno.h"

namespace penstock::tcp {

enum class CongestionAlgorithm : uint8_t { Cubic, NewReno };

class Congestion {
 public:
  // `segment_bytes` is SMSS.
  void start(CongestionAlgorithm algorithm, uint32_t segment_bytes) noexcept;
  // A SYN that had to be repeated starts with one segment (RFC 5681 3.1).
  void on_syn_was_lost() noexcept { window_ = segment_bytes_; }
  // The path carries smaller segments than was thought.
  void on_segment_size(uint32_t segment_bytes) noexcept { segment_bytes_ = segment_bytes; }

  uint32_t window() const noexcept { return window_; }
  uint32_t threshold() const noexcept { return threshold_; }

  struct Acknowledgment {
    uint32_t bytes = 0;  // newly acknowledged
    base::Duration rtt;  // smoothed
    base::Instant now;
  };
  // New bytes are acknowledged, outside of fast recovery, and the window was used.
  void on_acknowledged(const Acknowledgment& ack) noexcept;
  // A loss was found before the timer; the window follows by set_window().
  void on_recovery_started(uint32_t bytes_in_flight) noexcept;
  void set_window(uint32_t bytes) noexcept;
  void on_recovery_ended() noexcept { window_ = threshold_; }
  // First expiry for a segment, with so much in flight; the same segment again.
  void on_timeout(uint32_t bytes_in_flight) noexcept;
  void on_timeout_repeated() noexcept { window_ = segment_bytes_; }
  // Nothing was sent for a time-out.
  void on_idle() noexcept;
  // The last reduction was a mistake: nothing had been lost.
  void undo() noexcept;

 private:
  uint32_t initial_window() const noexcept;
  void reduce(uint32_t bytes_in_flight) noexcept;

  uint32_t segment_bytes_ = 536;
  uint32_t window_ = 5360;
  uint32_t threshold_ = UINT32_MAX;  // arbitrarily high at first
  uint32_t window_before_ = 0;       // the last reduction; 0: nothing to undo
  uint32_t threshold_before_ = UINT32_MAX;
  std::variant<Cubic, NewReno> algorithm_;
};

}  // namespace penstock::tcp
