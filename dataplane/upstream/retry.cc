// SPDX-License-Identifier: Apache-2.0
#include "dataplane/upstream/retry.h"

#include <algorithm>

namespace penstock::upstream {

namespace {

constexpr base::Duration kWindow = base::Duration::from_s(1);
constexpr base::Duration kInterval =
    base::Duration::from_ns(kWindow.ns() / base::kRetriesPerSecondMin);

}  // namespace

void RetryBudget::on_request(uint32_t percent) noexcept {
  saved_ = std::min(saved_ + percent, base::kRetriesSavedMax * kRetry);
}

bool RetryBudget::try_spend(base::Instant now) noexcept {
  const base::Instant next = std::max(allowance_spent_until_, now) + kInterval;
  if (next - now <= kWindow) {
    allowance_spent_until_ = next;
    return true;
  }
  if (saved_ < kRetry) return false;
  saved_ -= kRetry;
  return true;
}

}  // namespace penstock::upstream
