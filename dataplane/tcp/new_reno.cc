// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/new_reno.h"

#include <algorithm>

namespace penstock::tcp {

uint32_t NewReno::growth(const AvoidanceAck& ack) noexcept {
  acknowledged_ += ack.acknowledged;
  if (acknowledged_ < ack.window) return 0;
  acknowledged_ -= ack.window;
  return ack.segment;
}

uint32_t NewReno::reduced(const LossMoment& moment, uint32_t segment) noexcept {
  acknowledged_ = 0;
  return std::max(moment.in_flight / 2, 2 * segment);
}

}  // namespace penstock::tcp
