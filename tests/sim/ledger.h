// SPDX-License-Identifier: Apache-2.0
//
// Ledger: what the workers have counted, each and together, beside what was seen on their wires,
// and the sums that must come out at any moment. It changes nothing and can be drawn up after every
// step.
// Single-threaded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/wire/drop_reason.h"
#include "dataplane/worker/counters.h"

namespace penstock::testing {

// Frames at the workers' ports, as the wire saw them.
struct WireCounts {
  uint64_t sent = 0;
  uint64_t arrived = 0;
  uint64_t arrived_other_than_tcp = 0;
};

struct Ledger {
  std::vector<const worker::Counters*> workers = {};
  WireCounts wire;
  uint64_t waiting = 0;          // frames that arrived and were not yet received
  uint64_t missed = 0;           // frames for which the port had no buffer
  bool is_wire_honest = true;    // segments come to the workers that expect them
  uint32_t connections_max = 0;  // of each worker
  uint32_t half_open_max = 0;
  uint32_t time_wait_max = 0;

  // What is wrong at any time; empty when all sums come out.
  std::vector<std::string> problems() const;
  // What is wrong when nobody talks any more and every connection is closed.
  std::vector<std::string> problems_at_rest() const;
};

// Packets that a host has discarded between its TCP and the wire.
uint64_t drops_on_the_way_out(const wire::DropCounters& drops);

}  // namespace penstock::testing
