// SPDX-License-Identifier: Apache-2.0
#include "dataplane/balance/round_robin.h"

#include "dataplane/base/check.h"

namespace penstock::balance {

RoundRobin::RoundRobin(std::span<const Backend> backends) : credits_(backends.size(), 0) {
  for (const Backend& backend : backends) weight_sum_ += backend.takes_work() ? backend.weight : 0;
}

void RoundRobin::start_at(uint64_t place) noexcept {
  const auto count = static_cast<int64_t>(credits_.size());
  if (count == 0) return;
  const auto first = static_cast<int64_t>(place % credits_.size());
  // A head start that falls from the first backend to the one before it, and never exceeds a turn.
  // Only differences between credits matter, so their sum need not be zero.
  for (int64_t i = 0; i < count; ++i) {
    const int64_t behind = (i - first + count) % count;
    credits_[static_cast<size_t>(i)] = -behind * weight_sum_ / count;
  }
}

std::optional<uint32_t> RoundRobin::pick(std::span<const Backend> backends,
                                         const Avoid& avoid) noexcept {
  DCHECK(backends.size() == credits_.size());
  std::optional<uint32_t> highest;
  int64_t raised = 0;
  for (uint32_t i = 0; i < backends.size(); ++i) {
    if (!backends[i].takes_work() || avoid.contains(backends[i].id)) continue;
    credits_[i] += backends[i].weight;
    raised += backends[i].weight;
    if (!highest || credits_[i] > credits_[*highest]) highest = i;
  }
  if (highest) credits_[*highest] -= raised;
  return highest;
}

}  // namespace penstock::balance
