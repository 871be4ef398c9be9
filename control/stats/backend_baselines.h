// SPDX-License-Identifier: Apache-2.0
//
// Lets a reused backend id start at zero. Workers never reset a counter (they are its only writer
// and other readers would see it jump back), so what a former owner of the id left is remembered
// here and subtracted.
// Control thread.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "control/stats/counter_sums.h"

namespace penstock::stats {

class BackendBaselines {
 public:
  // The id has no owner from now on; whoever gets it next starts from here.
  void start_anew(Workers workers, uint32_t id) { left_[id] = sum_backend(workers, id); }

  // What belongs to the present owner of the id. Gauges need no baseline: an id is given away only
  // when nothing is open.
  BackendSums read(Workers workers, uint32_t id) const;

 private:
  std::unordered_map<uint32_t, BackendSums> left_;
};

}  // namespace penstock::stats
