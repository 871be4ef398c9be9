// SPDX-License-Identifier: Apache-2.0
//
// How many answers of one kind (challenge ACKs, resets) may leave in one second: whoever sends us
// nonsense shall not make us send more of it, nor learn from our counting.
// Called by the worker that owns the stack.
// RFC 5961 7 (throttling).
#pragma once

#include <cstdint>

#include "dataplane/base/random.h"
#include "dataplane/base/time.h"

namespace penstock::tcp {

class AnswerBudget {
 public:
  // On average; each second's number is drawn anew, so that nobody learns what he has used up by
  // counting what is left (CVE-2016-5696).
  AnswerBudget(uint32_t per_second, uint64_t seed) noexcept
      : per_second_(per_second), random_(seed) {}

  // True when one more may leave now.
  bool try_spend(base::Instant now) noexcept {
    if (now >= ends_) {
      ends_ = now + base::Duration::from_s(1);
      left_ = per_second_ / 2 + static_cast<uint32_t>(random_.below(per_second_ + 1));
    }
    if (left_ == 0) return false;
    --left_;
    return true;
  }

 private:
  uint32_t per_second_;
  base::Random random_;
  uint32_t left_ = 0;
  base::Instant ends_ = base::Instant::from_ns(INT64_MIN);
};

}  // namespace penstock::tcp
