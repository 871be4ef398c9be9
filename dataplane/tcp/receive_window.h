// SPDX-License-Identifier: Apache-2.0
//
// What the peer has been told that it may send: the right edge of the receive window.
// How much room there is, it is told by receive_buffer.h; when to say so is transmit.cc's.
// Called by the worker that owns the connection.
// Invariants: (1) the edge never moves left; (2) it moves right only by a step worth a segment, so
// that no peer is led to send crumbs (silly window avoidance).
// RFC 9293 3.8.6, 3.8.6.2.2; RFC 7323 2.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "dataplane/tcp/seq.h"

namespace penstock::tcp {

class ReceiveWindow {
 public:
  // The shift that lets 16 bits say `capacity_bytes`.
  static constexpr uint8_t shift_for(uint32_t capacity_bytes) noexcept {
    uint8_t shift = 0;
    while (shift < 14 && capacity_bytes >> shift > 0xffff) ++shift;
    return shift;
  }

  // `granted` bytes behind `next` have been allowed already (by our SYN).
  void start(Seq next, uint32_t capacity_bytes, uint32_t granted) noexcept {
    edge_ = next + granted;
    capacity_bytes_ = capacity_bytes;
  }
  // Both sides sent the option.
  void set_shift(uint8_t shift) noexcept { shift_ = shift; }

  Seq edge() const noexcept { return edge_; }
  uint32_t size(Seq next) const noexcept { return bytes_between(next, edge_); }

  // The window field of a segment that leaves now.
  uint16_t advertise(Seq next, uint32_t room, uint32_t segment_bytes) noexcept {
    if (worth_moving(next, room, std::min(segment_bytes, capacity_bytes_ / 2))) {
      edge_ = next + rounded(room);
    }
    // Rounded up: what was once allowed stays allowed, at the price of less than one unit.
    const uint32_t unit = (1u << shift_) - 1;
    const uint32_t field = std::min((size(next) + unit) >> shift_, 0xffffu);
    edge_ = later(edge_, next + (field << shift_));
    return static_cast<uint16_t>(field);
  }
  // The same for a SYN, whose window is never scaled (RFC 7323 2.2).
  uint16_t advertise_on_syn(Seq next, uint32_t room, uint32_t segment_bytes) noexcept {
    const uint8_t shift = std::exchange(shift_, uint8_t{0});
    const uint16_t field = advertise(next, room, segment_bytes);
    shift_ = shift;
    return field;
  }
  // No update is due, whatever room there is: it need not be computed.
  bool has_plenty(Seq next) const noexcept {
    return size(next) >= std::min(capacity_bytes_ / 2, kPlentyBytes);
  }
  // The peer may soon be held back and the user has taken so much that it need not be. While there
  // is plenty, the next ACK or data says so soon enough.
  bool is_update_due(Seq next, uint32_t room, uint32_t segment_bytes) const noexcept {
    if (has_plenty(next)) return false;
    const uint32_t segments = size(next) < segment_bytes ? 1 : 2;
    return worth_moving(next, room, std::min(segments * segment_bytes, capacity_bytes_ / 2));
  }

 private:
  // What the field can say of `room`.
  uint32_t rounded(uint32_t room) const noexcept {
    return std::min(room >> shift_, 0xffffu) << shift_;
  }
  bool worth_moving(Seq next, uint32_t room, uint32_t step) const noexcept {
    const Seq wanted = next + rounded(room);
    // Both rounded, or room for exactly one segment would never be said.
    return wanted > edge_ && bytes_between(edge_, wanted) >= rounded(step);
  }

  static constexpr uint32_t kPlentyBytes = 32 * 1024;

  Seq edge_;
  uint32_t capacity_bytes_ = 0;
  uint8_t shift_ = 0;
};

}  // namespace penstock::tcp
