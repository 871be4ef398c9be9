// SPDX-License-Identifier: Apache-2.0
//
// One server of a pool, as a worker sees it. A value: connections to it belong to upstream, its
// health to control (an unhealthy backend is not in the snapshot's pool or has weight 0).
// Built by control; read by workers, unchanged after the snapshot is published.
// Invariants: (1) an id names the same backend in every snapshot and is below base::kBackendsMax;
// (2) the name is unique in its pool, and the same on every node.
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string>

#include "dataplane/base/address.h"
#include "dataplane/base/limits.h"

namespace penstock::balance {

struct Backend {
  enum class State : uint8_t { Active, Draining };

  uint32_t id = 0;
  std::string name;
  base::Endpoint endpoint;
  uint32_t weight = 1;  // 0-256 (base::kBackendWeightMax); 0: no new work
  State state = State::Active;

  bool takes_work() const noexcept { return state == State::Active && weight != 0; }
};

// A set of backends by id.
using BackendSet = std::bitset<base::kBackendsMax>;

// Backends that a pick must pass over.
struct Avoid {
  std::span<const uint32_t> tried;      // ids already tried in this exchange: a few
  const BackendSet* cooling = nullptr;  // after a failed connect; nullptr: none

  bool contains(uint32_t id) const noexcept {
    for (const uint32_t other : tried) {
      if (other == id) return true;
    }
    return cooling != nullptr && (*cooling)[id];
  }
};

}  // namespace penstock::balance
