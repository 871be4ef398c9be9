// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/rtt.h"

#include <algorithm>

namespace penstock::tcp {

void Rtt::on_sent(Seq end, base::Instant now) noexcept {
  if (timing_) return;
  timing_ = true;
  timed_end_ = end;
  timed_at_ = now;
}

void Rtt::on_acknowledged(Seq una, base::Instant now) noexcept {
  if (!timing_ || una < timed_end_) return;
  timing_ = false;
  add_sample(now - timed_at_);
}

void Rtt::back_off() noexcept { rto_ = std::min(rto_ * 2, kRtoMax); }

void Rtt::add_sample(base::Duration sample) noexcept {
  if (srtt_ == base::Duration()) {
    srtt_ = std::max(sample, base::Duration::from_ns(1));
    variation_ = sample / 2;
  } else {
    // RFC 6298 2.3: the variation first, because it looks at the old mean. beta 1/4, alpha 1/8.
    const base::Duration error = sample > srtt_ ? sample - srtt_ : srtt_ - sample;
    variation_ = (variation_ * 3 + error) / 4;
    srtt_ = std::max((srtt_ * 7 + sample) / 8, base::Duration::from_ns(1));
  }
  rto_ = std::clamp(srtt_ + std::max(kRttGranularity, variation_ * 4), kRtoMin, kRtoMax);
}

}  // namespace penstock::tcp
