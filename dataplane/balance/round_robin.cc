// SPDX-License-Identifier: Apache-2.0
#include "dataplane/balance/round_robin.h"

#include <algorithm>

#include "dataplane/base/check.h"

namespace penstock::balance {

RoundRobin::RoundRobin(std::span<const Backend> backends)
    : count_(static_cast<uint32_t>(backends.size())) {
  for (uint32_t place = 0; place < count_; ++place) {
    const Backend& backend = backends[place];
    if (!backend.takes_work()) continue;
    auto ring = std::find_if(rings_.begin(), rings_.end(),
                             [&](const Ring& one) { return one.weight == backend.weight; });
    if (ring == rings_.end())
      ring = rings_.insert(ring, Ring{.weight = backend.weight, .places = {}});
    ring->places.push_back(place);
  }
}

void RoundRobin::start_at(uint64_t place) noexcept {
  if (count_ == 0) return;
  const auto first = static_cast<uint32_t>(place % count_);
  int64_t weight_sum = 0;
  for (const Ring& ring : rings_) {
    weight_sum += int64_t{ring.weight} * static_cast<int64_t>(ring.places.size());
  }
  for (Ring& ring : rings_) {
    const auto at = std::lower_bound(ring.places.begin(), ring.places.end(), first);
    ring.next = at == ring.places.end() ? 0 : static_cast<uint32_t>(at - ring.places.begin());
    // A head start that falls with the way to the ring's next backend, and never exceeds a turn.
    // Only differences between credits matter, so their sum need not be zero.
    const int64_t behind = (ring.places[ring.next] + count_ - first) % count_;
    ring.credit = -behind * weight_sum / count_;
  }
}

std::optional<uint32_t> RoundRobin::pick(std::span<const Backend> backends,
                                         const Avoid& avoid) noexcept {
  DCHECK(backends.size() == count_);
  if (rings_.size() != 1) return pick_among_rings(backends, avoid);
  const auto index = find_next(rings_.front(), backends, avoid);
  if (!index) return std::nullopt;
  return take(rings_.front(), *index);
}

std::optional<uint32_t> RoundRobin::pick_among_rings(std::span<const Backend> backends,
                                                     const Avoid& avoid) noexcept {
  const bool avoids_any = !avoid.tried.empty() || avoid.cooling != nullptr;
  Ring* highest = nullptr;
  int64_t raised = 0;
  for (Ring& ring : rings_) {
    // Who is avoided does not count, or the others of its ring would get its share.
    const auto count =
        avoids_any
            ? std::count_if(ring.places.begin(), ring.places.end(),
                            [&](uint32_t place) { return !avoid.contains(backends[place].id); })
            : static_cast<ptrdiff_t>(ring.places.size());
    if (count == 0) continue;
    const int64_t weight = int64_t{ring.weight} * count;
    ring.credit += weight;
    raised += weight;
    if (highest == nullptr || ring.credit > highest->credit) highest = &ring;
  }
  if (highest == nullptr) return std::nullopt;
  highest->credit -= raised;
  return take(*highest, *find_next(*highest, backends, avoid));
}

std::optional<uint32_t> RoundRobin::find_next(const Ring& ring, std::span<const Backend> backends,
                                              const Avoid& avoid) noexcept {
  const auto size = static_cast<uint32_t>(ring.places.size());
  uint32_t index = ring.next;
  for (uint32_t i = 0; i < size; ++i) {
    if (!avoid.contains(backends[ring.places[index]].id)) return index;
    index = index + 1 == size ? 0 : index + 1;
  }
  return std::nullopt;
}

uint32_t RoundRobin::take(Ring& ring, uint32_t index) noexcept {
  ring.next = index + 1 == ring.places.size() ? 0 : index + 1;
  return ring.places[index];
}

}  // namespace penstock::balance
