// SPDX-License-Identifier: Apache-2.0
//
// How often requests of a pool are tried again. A budget ties retries to the requests that come:
// when every backend fails, retries grow with the load by some percent and not by their number for
// each request. A few a second are allowed beside it, so that a pool of few requests is served too.
// Whether a request may be repeated at all is failure.h's.
// A policy is the configuration's; a budget belongs to one worker and one pool, through all
// snapshots. Invariant: between 0 and kRetriesSavedMax retries are saved.
#pragma once

#include <bitset>
#include <cstdint>

#include "dataplane/base/limits.h"
#include "dataplane/base/time.h"

namespace penstock::upstream {

struct RetryPolicy {
  uint32_t tries = 3;  // backends tried for one request, the first included
  uint32_t budget_percent = base::kRetryBudgetPercentDefault;
  // Statuses of responses that are worth another try, less kRetryStatusMin.
  std::bitset<base::kRetryStatusMax - base::kRetryStatusMin + 1> statuses;

  bool takes_again(uint16_t status) const noexcept {
    return status >= base::kRetryStatusMin && status <= base::kRetryStatusMax &&
           statuses[status - base::kRetryStatusMin];
  }
};

class RetryBudget {
 public:
  void on_request(uint32_t percent) noexcept;
  // Takes one retry out of it, if there is one.
  [[nodiscard]] bool try_spend(base::Instant now) noexcept;

 private:
  static constexpr uint32_t kRetry = 100;  // percents of requests that make one

  uint32_t saved_ = 0;  // in percents of a request
  // A second's worth of the retries that are always allowed may be spent at once.
  base::Instant allowance_spent_until_;
};

}  // namespace penstock::upstream
