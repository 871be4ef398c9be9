// SPDX-License-Identifier: Apache-2.0
//
// FaultInjector: carries out the faults of a scenario: begins each at its time and takes it back
// when it is over, so that afterwards the world is whole again.
// Single-threaded, in virtual time.
#pragma once

#include <vector>

#include "dataplane/base/random.h"
#include "dataplane/base/time.h"
#include "dataplane/nic/packet.h"
#include "tests/sim/scenario.h"
#include "tests/sim/sim_world.h"

namespace penstock::testing {

class FaultInjector {
 public:
  FaultInjector(SimWorld& world, const Scenario& scenario);

  // Begins and ends what is due.
  void on_time(base::Instant now);
  base::Instant next_deadline() const;
  // When nothing will go wrong any more.
  base::Instant last_end() const;
  bool has_drained() const noexcept { return has_drained_; }

 private:
  enum class State : uint8_t { Waiting, Going, Over };
  struct Fault {
    FaultPlan plan;
    base::Instant begin;
    base::Instant end;
    State state = State::Waiting;
    std::vector<nic::Packet> hoard;
    base::Instant next_change = base::Instant::never();  // of the membership
  };

  void begin(Fault& fault);
  void end(Fault& fault);
  void hoard(Fault& fault);
  void change_membership(Fault& fault, base::Instant now);
  uint32_t backend_of(const Fault& fault) const;
  uint32_t worker_of(const Fault& fault) const;

  SimWorld& world_;
  model::Configuration whole_;  // with every backend
  base::Random random_;
  std::vector<Fault> faults_;
  bool has_drained_ = false;
};

}  // namespace penstock::testing
