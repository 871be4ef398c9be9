// SPDX-License-Identifier: Apache-2.0
#include "tests/support/simulated_link.h"

namespace penstock::testing {

void SimulatedLink::carry(base::Instant now) {
  take_from(a_, b_, now);
  take_from(b_, a_, now);
  while (!in_flight_.empty() && in_flight_.begin()->first.first <= now) {
    InFlight& first = in_flight_.begin()->second;
    first.to->deliver(std::move(first.frame));
    in_flight_.erase(in_flight_.begin());
  }
}

base::Instant SimulatedLink::next_deadline() const noexcept {
  return in_flight_.empty() ? base::Instant::never() : in_flight_.begin()->first.first;
}

void SimulatedLink::take_from(SimulatedPort& from, SimulatedPort& to, base::Instant now) {
  for (Frame& frame : from.take_all_sent()) {
    if (happens(settings_.faults.loss) || (unlucky_ && unlucky_(frame))) {
      ++lost_;
      continue;
    }
    if (happens(settings_.faults.duplication)) launch(to, frame, now);
    launch(to, std::move(frame), now);
  }
}

void SimulatedLink::launch(SimulatedPort& to, Frame frame, base::Instant now) {
  base::Instant arrival = now + settings_.delay;
  if (happens(settings_.faults.reordering)) {
    arrival = arrival + base::Duration::from_ns(static_cast<int64_t>(
                            random_.below(settings_.reordering_delay.ns() + 1)));
  }
  if (happens(settings_.faults.corruption)) {
    const uint64_t bit = random_.below(frame.size() * 8);
    frame[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
  }
  in_flight_.emplace(std::pair(arrival, order_++), InFlight{&to, std::move(frame)});
}

}  // namespace penstock::testing
