// SPDX-License-Identifier: Apache-2.0
//
// Lets a reused id (of a backend, a pool, a listener) start at zero. Workers never reset a counter
// (they are its only writer and other readers would see it jump back), so what a former owner of
// the id left is remembered here and subtracted.
// Gauges need no baseline: an id is given away only when nothing is open.
// Control thread.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "control/stats/counter_sums.h"

namespace penstock::stats {

template <class Sums>
class Baselines {
 public:
  // The id has no owner from now on; whoever gets it next starts from here.
  void start_anew(Workers workers, uint32_t id) { left_[id] = sum_of<Sums>(workers, id); }

  // What belongs to the present owner of the id.
  Sums read(Workers workers, uint32_t id) const {
    Sums sums = sum_of<Sums>(workers, id);
    const auto left = left_.find(id);
    if (left == left_.end()) return sums;
    for (const SeriesOf<Sums>& series : series_of<Sums>()) {
      if (series.kind == Kind::Counter) sums.*series.value -= left->second.*series.value;
    }
    if constexpr (CountsByReason<Sums>) {
      for (size_t i = 0; i < sums.by_reason.size(); ++i) {
        sums.by_reason[i] -= left->second.by_reason[i];
      }
    }
    return sums;
  }

 private:
  std::unordered_map<uint32_t, Sums> left_;
};

}  // namespace penstock::stats
