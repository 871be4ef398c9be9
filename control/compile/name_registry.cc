// SPDX-License-Identifier: Apache-2.0
#include "control/compile/name_registry.h"

#include <algorithm>

#include "dataplane/base/check.h"

namespace penstock::compile {

void NameRegistry::assign(const std::vector<std::string>& names, uint64_t generation) {
  given_.clear();
  // First those that have ids, so that none of them is taken for gone.
  for (const std::string& name : names) {
    const auto place = entries_.find(name);
    if (place != entries_.end()) place->second.last_assigned = generation;
  }
  for (const std::string& name : names) {
    if (entries_.contains(name)) continue;
    const uint32_t id = take_id();
    entries_[name] = {id, generation};
    given_.push_back(id);
  }
}

uint32_t NameRegistry::find(const std::string& name) const {
  const auto place = entries_.find(name);
  CHECK(place != entries_.end());
  return place->second.id;
}

uint32_t NameRegistry::take_id() {
  // No entry is ever dropped without its id passing on, so the ids given are those below their
  // number.
  if (entries_.size() < ids_max_) return static_cast<uint32_t>(entries_.size());
  const auto longest_gone = std::min_element(
      entries_.begin(), entries_.end(),
      [](const auto& a, const auto& b) { return a.second.last_assigned < b.second.last_assigned; });
  CHECK(longest_gone != entries_.end());
  const uint32_t id = longest_gone->second.id;
  entries_.erase(longest_gone);
  return id;
}

}  // namespace penstock::compile
