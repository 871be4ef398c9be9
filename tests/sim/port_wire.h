// SPDX-License-Identifier: Apache-2.0
//
// PortWire: how one port of Penstock brings frames to the workers' queues: what the workers are
// told of it, and what it does. The two differ where a scenario says that the NIC lies, or that
// nobody knows how it spreads.
// What belongs to no flow comes to the first queue, as it does with most NICs; where the way is
// unknown it comes to any.
// Pure after construction; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dataplane/nic/steering.h"
#include "tests/sim/scenario.h"
#include "tests/sim/world_networks.h"
#include "tests/support/simulated_port.h"

namespace penstock::testing {

class PortWire {
 public:
  // With `source_ports`, which are as in Scenario, every worker has at least one for each way.
  PortWire(Scenario::Wire wire, uint32_t workers, uint32_t source_ports = 0,
           const std::vector<WayToBackend>& ways = {});

  const nic::Steering& told() const noexcept { return *told_; }
  // Valid as long as this.
  SimulatedPort::Spread spread() const;
  // Whether every segment comes where the workers expect it, or they expect nothing.
  bool is_honest() const noexcept { return wire_ != Scenario::Wire::LyingNic; }

 private:
  bool does_as_told(base::IpAddress local) const;

  Scenario::Wire wire_;
  uint32_t workers_;
  std::unique_ptr<const nic::Steering> told_;
};

}  // namespace penstock::testing
