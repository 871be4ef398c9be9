// SPDX-License-Identifier: Apache-2.0
#include "control/stats/backend_baselines.h"

namespace penstock::stats {

BackendSums BackendBaselines::read(Workers workers, uint32_t id) const {
  BackendSums sums = sum_backend(workers, id);
  const auto left = left_.find(id);
  if (left == left_.end()) return sums;
  for (const BackendSeries& series : backend_series()) {
    if (series.kind == Kind::Counter) sums.*series.value -= left->second.*series.value;
  }
  return sums;
}

}  // namespace penstock::stats
