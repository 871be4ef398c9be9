// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_link.h"

#include <algorithm>

#include "tests/sim/wire_view.h"

namespace penstock::testing {

namespace {

constexpr size_t kLargeFrameBytes = 1000;

}  // namespace

void SimLink::send(Frame frame, base::Instant now) {
  const bool is_ip = is_ip_frame(frame);
  const std::optional<base::Instant> departure = leaves_at(frame.size(), now);
  if (!departure || is_swallowed(frame) || (is_ip && happens(plan_.loss))) {
    ++lost_;
    return;
  }
  if (is_ip && happens(plan_.duplication)) launch(frame, *departure);
  launch(std::move(frame), *departure);
}

std::optional<Frame> SimLink::take_arrived(base::Instant now) {
  if (next_deadline() > now) return std::nullopt;
  Frame frame = std::move(in_flight_.begin()->second);
  in_flight_.erase(in_flight_.begin());
  return frame;
}

base::Instant SimLink::next_deadline() const noexcept {
  return in_flight_.empty() ? base::Instant::never() : in_flight_.begin()->first.first;
}

bool SimLink::is_swallowed(const Frame& frame) {
  if (carries_ == Carries::Nothing) return true;
  if (!is_ip_frame(frame)) return carries_ == Carries::NoArp;
  if (plan_.lose_every != 0 && frame.size() > kLargeFrameBytes) {
    if (++large_ % plan_.lose_every == 0) return true;
  }
  return mtu_hole_ != 0 && frame.size() > mtu_hole_ + kEthernetBytes;
}

std::optional<base::Instant> SimLink::leaves_at(size_t bytes, base::Instant now) {
  if (plan_.bits_per_second == 0) return now;
  const auto time_of = [this](uint64_t count) {
    return base::Duration::from_ns(
        static_cast<int64_t>(count * 8'000'000'000ull / plan_.bits_per_second));
  };
  const base::Instant begin = std::max(free_at_, now);
  if (begin - now > time_of(plan_.queue_bytes)) return std::nullopt;
  free_at_ = begin + time_of(bytes);
  return free_at_;
}

void SimLink::launch(Frame frame, base::Instant departure) {
  const auto up_to = [this](base::Duration most) {
    const auto bound = static_cast<uint64_t>(most.ns()) + 1;
    return base::Duration::from_ns(static_cast<int64_t>(random_.below(bound)));
  };
  const bool is_ip = is_ip_frame(frame);
  base::Instant arrival = departure + plan_.delay + up_to(plan_.jitter);
  if (is_ip && happens(plan_.reordering)) {
    arrival = arrival + up_to(plan_.reordering_delay);
  } else {
    arrival = std::max(arrival, last_arrival_);
    last_arrival_ = arrival;
  }
  if (is_ip && happens(plan_.corruption)) {
    const uint64_t bit = random_.below((frame.size() - kEthernetBytes) * 8);
    frame[kEthernetBytes + bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
  }
  in_flight_.emplace(std::pair(arrival, order_++), std::move(frame));
}

}  // namespace penstock::testing
