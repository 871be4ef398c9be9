// SPDX-License-Identifier: Apache-2.0
//
// Runs one scenario from its beginning to its end, and says whether everything was as it must be:
// every byte right, nobody stuck, the sums of the ledger at every step, the rules of TCP on the
// wire, and at the end nothing open and no packet buffer lost.
// Single-threaded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/base/time.h"
#include "tests/sim/scenario.h"

namespace penstock::testing {

struct ScenarioReport {
  std::vector<std::string> problems;
  base::Duration virtual_time;
  uint64_t answers = 0;
  uint64_t failures = 0;  // tolerated
  uint64_t refusals = 0;  // for want of a source port
  uint64_t body_bytes = 0;
  uint64_t segments = 0;
  uint64_t turns = 0;
  uint64_t digest = 0;
};

// `pcap_file` is "" or where every frame at the workers' ports is written.
ScenarioReport run_scenario(const Scenario& scenario, const std::string& pcap_file = "");

}  // namespace penstock::testing
