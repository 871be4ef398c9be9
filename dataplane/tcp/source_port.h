// SPDX-License-Identifier: Apache-2.0
//
// Draws the local port of an active open: a random start, then upwards, over those ports whose
// replies come to this worker, until the caller finds one free towards its remote endpoint. The
// same port serves many remotes at once: what must be unique is the pair of endpoints, and the
// connection table knows all pairs in use. Which address the port belongs to, and whose replies
// come where, is local_choice's. Called by the worker that owns the stack. RFC 6056 3.3.2
// (algorithm 2).
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/base/limits.h"
#include "dataplane/base/random.h"

namespace penstock::tcp {

enum class PortState : uint8_t {
  Free,
  Reusable,  // its last connection is in TIME-WAIT and may be succeeded
  Taken,
};

struct ChosenPort {
  uint16_t port = 0;
  PortState state = PortState::Free;
};

class SourcePorts {
 public:
  explicit SourcePorts(uint64_t seed) noexcept : random_(seed) {}

  // From `lowest` on, the first port for which is_ours(port) and state_of(port) is Free, else the
  // first that is Reusable; nullopt when kSourcePortTriesMax of ours, or all there are, were Taken.
  template <class IsOurs, class StateOf>
  std::optional<ChosenPort> choose(uint16_t lowest, IsOurs&& is_ours, StateOf&& state_of) noexcept {
    const uint32_t ports = 65'536u - lowest;
    std::optional<ChosenPort> second_best;
    uint32_t offset = static_cast<uint32_t>(random_.below(ports));
    uint32_t tries = 0;
    for (uint32_t i = 0; i < ports && tries < base::kSourcePortTriesMax; ++i) {
      const auto port = static_cast<uint16_t>(lowest + offset);
      offset = offset + 1 == ports ? 0 : offset + 1;
      if (!is_ours(port)) continue;
      ++tries;
      const PortState state = state_of(port);
      if (state == PortState::Free) return ChosenPort{port, state};
      if (state == PortState::Reusable && !second_best) second_best = ChosenPort{port, state};
    }
    return second_best;
  }

  // Where to begin among so many addresses.
  uint32_t first_of(uint32_t count) noexcept {
    return count < 2 ? 0 : static_cast<uint32_t>(random_.below(count));
  }

 private:
  base::Random random_;
};

}  // namespace penstock::tcp
