// SPDX-License-Identifier: Apache-2.0
//
// A Maglev look-up table: consistent hashing by one indexed load.
// It holds places in the pool's list of backends, not backends.
// Built by control (allocates: 2 bytes an entry); looked up by a worker in its own copy.
// Invariants: (1) the size is a prime from a fixed list, at least 100 entries a backend; (2) the
// table depends on names and weights alone, not on their order, so that all nodes agree; (3) every
// backend that takes work has an entry; shares are proportional to weights.
// Eisenbud et al., "Maglev", NSDI 2016, 3.4.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dataplane/balance/backend.h"

namespace penstock::balance {

class MaglevTable {
 public:
  explicit MaglevTable(std::span<const Backend> backends);

  // The place of the backend for this hash; where it is avoided, that of the next table entries.
  // `backends` are those the table was built from. nullopt: all are avoided.
  std::optional<uint32_t> pick(uint64_t hash, std::span<const Backend> backends,
                               const Avoid& avoid) const noexcept;

  // Empty when no backend takes work.
  std::span<const uint16_t> entries() const noexcept { return entries_; }

 private:
  std::vector<uint16_t> entries_;
};

}  // namespace penstock::balance
