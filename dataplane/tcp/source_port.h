// SPDX-License-Identifier: Apache-2.0
//
// Draws the local port of an active open: a random start, then upwards, until the caller finds one
// free towards its remote endpoint. The same port serves many remotes at once: what must be unique
// is the pair of endpoints, and the connection table knows all pairs in use.
// Which ports a worker may use, so that answers come back to it, is to be decided here too once
// there are several workers.
// Called by the worker that owns the stack.
// RFC 6056 3.3.2 (algorithm 2).
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/base/limits.h"
#include "dataplane/base/random.h"

namespace penstock::tcp {

class SourcePorts {
 public:
  explicit SourcePorts(uint64_t seed) noexcept : random_(seed) {}

  // The first port for which is_free(port); nullopt after kSourcePortTriesMax tries.
  template <class IsFree>
  std::optional<uint16_t> choose(IsFree&& is_free) noexcept {
    uint32_t offset = static_cast<uint32_t>(random_.below(kPorts));
    for (uint32_t tries = 0; tries < base::kSourcePortTriesMax; ++tries) {
      const auto port = static_cast<uint16_t>(base::kSourcePortLowest + offset);
      if (is_free(port)) return port;
      offset = (offset + 1) % kPorts;
    }
    return std::nullopt;
  }

 private:
  static constexpr uint32_t kPorts = 65'536 - base::kSourcePortLowest;
  base::Random random_;
};

}  // namespace penstock::tcp
