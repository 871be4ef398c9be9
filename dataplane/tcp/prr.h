// SPDX-License-Identifier: Apache-2.0
//
// Proportional rate reduction: how the congestion window comes down during one recovery: evenly, so
// that the clock of ACKs never stops, and never faster than the network delivers.
// It computes a window; which segments fill it is transmit.cc's.
// Called by the worker that owns the connection.
// RFC 6937 3.1, with the slow start reduction bound while recovery makes progress and the
// conservative one while it finds new losses (RFC 9937 6.2).
#pragma once

#include <algorithm>
#include <cstdint>

namespace penstock::tcp {

class ProportionalRate {
 public:
  // `flight` bytes lie between snd_una and snd_nxt (RecoverFS).
  void start(uint32_t flight) noexcept {
    flight_ = std::max(flight, 1u);
    delivered_ = sent_ = 0;
  }
  void on_sent(uint32_t bytes) noexcept { sent_ += bytes; }

  struct Acknowledgment {
    uint32_t delivered = 0;  // bytes that it newly says are delivered
    uint32_t in_flight = 0;
    bool makes_progress = false;  // snd_una moved, and nothing more was found lost
  };
  // The congestion window after it.
  uint32_t window(const Acknowledgment& ack, uint32_t threshold, uint32_t segment) noexcept {
    delivered_ += ack.delivered;
    uint64_t send = 0;
    if (ack.in_flight > threshold) {
      const uint64_t wanted = (uint64_t{delivered_} * threshold + flight_ - 1) / flight_;
      send = wanted - std::min<uint64_t>(wanted, sent_);
    } else {
      uint64_t limit = delivered_ - std::min(delivered_, sent_);
      if (ack.makes_progress) limit = std::max<uint64_t>(limit, ack.delivered) + segment;
      send = std::min<uint64_t>(threshold - ack.in_flight, limit);
    }
    // The segment that recovery starts with always leaves.
    if (sent_ == 0) send = std::max<uint64_t>(send, segment);
    return ack.in_flight + static_cast<uint32_t>(send);
  }

 private:
  uint32_t flight_ = 1;
  uint32_t delivered_ = 0;
  uint32_t sent_ = 0;
};

}  // namespace penstock::tcp
