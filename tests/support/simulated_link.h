// SPDX-License-Identifier: Apache-2.0
//
// SimulatedLink: a wire between two SimulatedPorts, in virtual time, that delays, loses, repeats,
// reorders and corrupts frames as often as it is told to.
// Every decision comes from one seed: the same seed and calls give the same world.
// Single-threaded; carry(now) is called with instants that never go back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "dataplane/base/random.h"
#include "dataplane/base/time.h"
#include "tests/support/simulated_port.h"

namespace penstock::testing {

// How often each mishap befalls a frame, in thousandths.
struct LinkFaults {
  uint32_t loss = 0;
  uint32_t duplication = 0;
  uint32_t reordering = 0;
  uint32_t corruption = 0;
};

struct SimulatedLinkSettings {
  base::Duration delay = base::Duration::from_us(50);
  // A reordered frame arrives up to this much later than it would have.
  base::Duration reordering_delay = base::Duration::from_ms(5);
  LinkFaults faults = {};
  uint64_t seed = 1;
};

class SimulatedLink {
 public:
  SimulatedLink(const SimulatedLinkSettings& settings, SimulatedPort& a, SimulatedPort& b)
      : settings_(settings), random_(settings.seed), a_(a), b_(b) {}

  // Takes what both ends have transmitted and delivers what is due.
  void carry(base::Instant now);
  // When the next frame arrives; never() when none is on the way.
  base::Instant next_deadline() const noexcept;
  // From here on; frames on the way keep their fate.
  void set_faults(LinkFaults faults) noexcept { settings_.faults = faults; }
  // Loses every frame for which `unlucky` holds, whatever the seed says.
  void lose_when(std::function<bool(base::ByteSpan)> unlucky) { unlucky_ = std::move(unlucky); }

  uint64_t frames_carried() const noexcept { return order_; }
  uint64_t frames_lost() const noexcept { return lost_; }

 private:
  struct InFlight {
    SimulatedPort* to;
    Frame frame;
  };

  bool happens(uint32_t thousandths) { return random_.below(1000) < thousandths; }
  void take_from(SimulatedPort& from, SimulatedPort& to, base::Instant now);
  void launch(SimulatedPort& to, Frame frame, base::Instant now);

  SimulatedLinkSettings settings_;
  base::Random random_;
  SimulatedPort& a_;
  SimulatedPort& b_;
  std::function<bool(base::ByteSpan)> unlucky_;
  // By arrival; frames that arrive together keep the order in which they were sent.
  std::map<std::pair<base::Instant, uint64_t>, InFlight> in_flight_;
  uint64_t order_ = 0;
  uint64_t lost_ = 0;
};

}  // namespace penstock::testing
