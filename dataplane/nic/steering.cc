// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/steering.h"

#include <bit>

#include "dataplane/base/check.h"

namespace penstock::nic {

namespace {

// So many entries for each worker at least: with a number that is no power of two some workers have
// one more than others, a sixteenth of their share at most.
constexpr uint32_t kEntriesPerWorker = 16;

}  // namespace

Steering Steering::among_workers(std::span<const uint8_t> key, uint32_t workers) {
  CHECK(workers > 0);
  std::vector<uint16_t> table(std::bit_ceil(workers * kEntriesPerWorker));
  for (size_t i = 0; i < table.size(); ++i) table[i] = static_cast<uint16_t>(i % workers);
  return Steering({}, key, std::move(table));
}

}  // namespace penstock::nic
