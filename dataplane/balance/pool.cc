// SPDX-License-Identifier: Apache-2.0
#include "dataplane/balance/pool.h"

#include <algorithm>
#include <utility>

namespace penstock::balance {

namespace {

std::variant<MaglevTable, RoundRobin> make_chooser(const PoolSettings& settings) {
  switch (settings.policy) {
    case Policy::Maglev:
      break;
    case Policy::RoundRobin:
      return RoundRobin(settings.backends);
  }
  return MaglevTable(settings.backends);
}

}  // namespace

Pool::Pool(PoolSettings settings)
    : settings_(std::move(settings)), chooser_(make_chooser(settings_)) {}

Pool Pool::for_worker(uint64_t seed) const {
  Pool copy = *this;
  if (auto* round_robin = std::get_if<RoundRobin>(&copy.chooser_)) round_robin->start_at(seed);
  return copy;
}

const Backend* Pool::pick(uint64_t key_hash, const Avoid& avoid) noexcept {
  std::optional<uint32_t> place;
  if (const auto* maglev = std::get_if<MaglevTable>(&chooser_)) {
    place = maglev->pick(key_hash, settings_.backends, avoid);
  } else if (auto* round_robin = std::get_if<RoundRobin>(&chooser_)) {
    place = round_robin->pick(settings_.backends, avoid);
  }
  return place ? &settings_.backends[*place] : nullptr;
}

bool Pool::has_other(const Avoid& avoid) const noexcept {
  return std::any_of(
      settings_.backends.begin(), settings_.backends.end(),
      [&](const Backend& backend) { return backend.takes_work() && !avoid.contains(backend.id); });
}

bool Pool::takes_work() const noexcept {
  return std::any_of(settings_.backends.begin(), settings_.backends.end(),
                     [](const Backend& backend) { return backend.takes_work(); });
}

}  // namespace penstock::balance
