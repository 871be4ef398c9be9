// SPDX-License-Identifier: Apache-2.0
#include "control/compile/backend_registry.h"

#include <utility>

namespace penstock::compile {

base::Result<base::Done, std::string> BackendRegistry::assign(
    const model::Configuration& configuration, uint64_t generation) {
  for (const model::Pool& pool : configuration.pools) {
    for (const model::Backend& backend : pool.backends) {
      Entry* entry = find_or_add(Key{pool.name, backend.address});
      if (entry == nullptr) {
        return base::Failure{"more than " + std::to_string(base::kBackendsMax) +
                             " backends, counting those that still drain"};
      }
      entry->retired.reset();
      entry->last_assigned = generation;
    }
  }
  for (auto& [key, entry] : entries_) {
    if (entry.last_assigned != generation && !entry.retired) entry.retired = generation;
  }
  return base::Done{};
}

BackendRegistry::Entry* BackendRegistry::find_or_add(Key key) {
  const auto place = entries_.find(key);
  if (place != entries_.end()) return &place->second;
  const std::optional<uint32_t> id = take_free_id();
  if (!id) return nullptr;
  Entry& entry = entries_[std::move(key)];
  entry.id = *id;
  return &entry;
}

std::optional<uint32_t> BackendRegistry::find(std::string_view pool,
                                              base::Endpoint endpoint) const {
  const auto place = entries_.find(Key{std::string(pool), endpoint});
  if (place == entries_.end()) return std::nullopt;
  return place->second.id;
}

std::vector<uint32_t> BackendRegistry::reclaim(uint64_t oldest_alive,
                                               const std::function<bool(uint32_t id)>& is_quiet) {
  std::vector<uint32_t> reclaimed;
  for (auto place = entries_.begin(); place != entries_.end();) {
    const Entry& entry = place->second;
    if (!entry.retired || *entry.retired > oldest_alive || !is_quiet(entry.id)) {
      ++place;
      continue;
    }
    reclaimed.push_back(entry.id);
    free_.push_back(entry.id);
    place = entries_.erase(place);
  }
  return reclaimed;
}

std::optional<uint32_t> BackendRegistry::take_free_id() {
  if (!free_.empty()) {
    const uint32_t id = free_.back();
    free_.pop_back();
    return id;
  }
  if (untouched_ == base::kBackendsMax) return std::nullopt;
  return untouched_++;
}

}  // namespace penstock::compile
