// SPDX-License-Identifier: Apache-2.0
//
// Explicit congestion notification of one connection: what a router marked is echoed to the sender
// until it says that it has slowed down, and an echo of the peer's slows us down once a round trip.
// The bits of IP are wire/ecn.h's, the window is congestion.h's.
// Called by the worker that owns the connection.
// Invariant: nothing is marked, echoed or obeyed unless both sides have agreed to it.
// RFC 3168 6.1; off unless StackSettings::ecn says otherwise.
#pragma once

#include "dataplane/tcp/seq.h"
#include "dataplane/wire/ecn.h"
#include "dataplane/wire/tcp_header.h"

namespace penstock::tcp {

class CongestionEcho {
 public:
  void agree() noexcept { agreed_ = true; }
  bool agreed() const noexcept { return agreed_; }

  // --- As a receiver. True when it must be said at once.
  bool on_arrival(wire::Ecn mark, wire::TcpFlags flags) noexcept {
    if (!agreed_) return false;
    if (flags.has(wire::TcpFlag::Cwr)) echoing_ = false;
    if (mark != wire::Ecn::CongestionExperienced) return false;
    echoing_ = true;
    return true;
  }

  // --- As a sender. True when the window has to come down for this ACK.
  bool on_acknowledgment(wire::TcpFlags flags, Seq una, Seq nxt) noexcept {
    if (!agreed_ || !flags.has(wire::TcpFlag::Ece)) return false;
    if (has_slowed_ && una < slowed_until_) return false;
    has_slowed_ = true;
    slowed_until_ = nxt;
    announces_ = true;
    return true;
  }

  // The flags that a segment adds; `data` is new and goes out for the first time.
  enum class Carries : uint8_t { NewData, Other };
  wire::TcpFlags take_flags(Carries what) noexcept {
    wire::TcpFlags flags;
    if (echoing_) flags |= wire::TcpFlag::Ece;
    if (announces_ && what == Carries::NewData) {
      flags |= wire::TcpFlag::Cwr;
      announces_ = false;
    }
    return flags;
  }
  // 6.1.4, 6.1.5: routers may mark new data, and nothing else of ours.
  wire::Ecn mark_for(Carries what) const noexcept {
    return agreed_ && what == Carries::NewData ? wire::Ecn::Capable : wire::Ecn::NotCapable;
  }

 private:
  Seq slowed_until_;
  bool agreed_ = false;
  bool echoing_ = false;    // ECE on every ACK until the peer says CWR
  bool announces_ = false;  // CWR on the next new data
  bool has_slowed_ = false;
};

}  // namespace penstock::tcp
