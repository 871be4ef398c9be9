// SPDX-License-Identifier: Apache-2.0
//
// Ledger: what a worker has counted, beside what was seen on its wires and in its pool, and the
// sums that must come out at any moment. It changes nothing and can be drawn up after every step.
// Single-threaded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/nic/packet_pool.h"
#include "dataplane/worker/counters.h"

namespace penstock::testing {

// Frames at the worker's ports, as the wire saw them.
struct WireCounts {
  uint64_t sent = 0;
  uint64_t arrived = 0;
  uint64_t arrived_other_than_tcp = 0;
};

struct Ledger {
  const worker::Counters& counters;
  WireCounts wire;
  uint64_t waiting = 0;  // frames that arrived and were not yet received
  uint64_t missed = 0;   // frames for which the port had no buffer
  uint32_t connections_max = 0;
  uint32_t half_open_max = 0;
  uint32_t time_wait_max = 0;

  // What is wrong at any time; empty when all sums come out.
  std::vector<std::string> problems() const;
  // What is wrong when nobody talks any more and every connection is closed.
  std::vector<std::string> problems_at_rest() const;
};

}  // namespace penstock::testing
