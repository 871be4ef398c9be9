// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/rtt.h"

#include <algorithm>

namespace penstock::tcp {

void Rtt::on_sample(base::Duration sample, Seq una, Seq nxt, base::Instant now) noexcept {
  sample = std::max(sample, base::Duration::from_ns(1));
  const bool first = srtt_ == base::Duration();
  if (first || sample <= minimum_ || now - minimum_at_ > kMinimumRttAgeMax) {
    minimum_ = sample;
    minimum_at_ = now;
  }
  if (!first && una < next_flight_) return;
  next_flight_ = nxt + 1;
  smooth(sample);
}

void Rtt::smooth(base::Duration sample) noexcept {
  if (srtt_ == base::Duration()) {
    srtt_ = sample;
    variation_ = sample / 2;
  } else {
    // RFC 6298 2.3: the variation first, because it looks at the old mean. beta 1/4, alpha 1/8.
    const base::Duration error = sample > srtt_ ? sample - srtt_ : srtt_ - sample;
    variation_ = (variation_ * 3 + error) / 4;
    srtt_ = std::max((srtt_ * 7 + sample) / 8, base::Duration::from_ns(1));
  }
  rto_ = measured_timeout();
}

base::Duration Rtt::measured_timeout() const noexcept {
  return std::clamp(srtt_ + std::max(kRttGranularity, variation_ * 4), kRtoMin, kRtoMax);
}

void Rtt::back_off() noexcept { rto_ = std::min(rto_ * 2, kRtoMax); }

}  // namespace penstock::tcp
