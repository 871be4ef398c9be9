// SPDX-License-Identifier: Apache-2.0
//
// How many answers of one kind (challenge ACKs, resets) may leave in one second: whoever sends us
// nonsense shall not make us send more of it, nor learn from our counting.
// Called by the worker that owns the stack.
// RFC 5961 7 (throttling).
#pragma once

#include <cstdint>

#include "dataplane/base/time.h"

namespace penstock::tcp {

class AnswerBudget {
 public:
  explicit AnswerBudget(uint32_t per_second) noexcept : per_second_(per_second) {}

  // True when one more may leave now.
  bool try_spend(base::Instant now) noexcept {
    if (now >= ends_) {
      ends_ = now + base::Duration::from_s(1);
      left_ = per_second_;
    }
    if (left_ == 0) return false;
    --left_;
    return true;
  }

 private:
  uint32_t per_second_;
  uint32_t left_ = 0;
  base::Instant ends_ = base::Instant::from_ns(INT64_MIN);
};

}  // namespace penstock::tcp
