// SPDX-License-Identifier: Apache-2.0
//
// EthernetSegment: one port of Penstock on one side, stations on the other, each at the end of a
// link of its own, and a switch between them. Frames find their station by MAC address; broadcast
// and multicast reach all. The switch's ports for stations are each in one VLAN: a station's frames
// have no tag, the trunk's have, and no frame gets from one VLAN to another.
// Whoever wants to see what passes is a WireTap: frames as they leave a port, and as they arrive.
// Single-threaded, in virtual time.
#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/base/time.h"
#include "tests/sim/sim_link.h"
#include "tests/support/simulated_port.h"

namespace penstock::testing {

class WireTap {
 public:
  enum class At : uint8_t { Trunk, Station };  // which port it left or reached

  virtual ~WireTap() = default;
  virtual void on_sent(base::ByteSpan frame, At from, base::Instant now) = 0;
  virtual void on_arrived(base::ByteSpan frame, At to, base::Instant now) = 0;
  // Penstock sent to a MAC that nobody has in that VLAN.
  virtual void on_stray(base::ByteSpan frame) = 0;
};

class EthernetSegment {
 public:
  EthernetSegment(SimulatedPort& trunk, WireTap& tap) : trunk_(trunk), tap_(tap) {}

  // `vlan` is a tag, or wire::kVlanNone.
  void attach(SimulatedPort& port, uint16_t vlan, const LinkPlan& plan, uint64_t seed);
  // Another machine with the same MAC at the same place.
  void replace(size_t station, SimulatedPort& port) { stations_[station].port = &port; }

  // Takes what was transmitted and delivers what is due.
  void carry(base::Instant now);
  base::Instant next_deadline() const noexcept;

  // Both directions of a station's link.
  void set_carries(size_t station, SimLink::Carries carries);
  void set_mtu_hole(size_t station, uint32_t bytes);

 private:
  struct Station {
    SimulatedPort* port;
    uint16_t vlan;
    SimLink up;
    SimLink down;
  };

  void send_down(Frame frame, base::Instant now);

  SimulatedPort& trunk_;
  WireTap& tap_;
  std::vector<Station> stations_;
};

}  // namespace penstock::testing
