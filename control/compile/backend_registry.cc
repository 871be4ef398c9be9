// SPDX-License-Identifier: Apache-2.0
#include "control/compile/backend_registry.h"

namespace penstock::compile {

namespace {

base::Failure<std::string> too_many(uint32_t most, const char* things) {
  return {"more than " + std::to_string(most) + " " + things + ", counting those that still drain"};
}

}  // namespace

base::Result<base::Done, std::string> BackendRegistry::assign(
    const model::Configuration& configuration, uint64_t generation) {
  for (const model::Pool& pool : configuration.pools) {
    if (!pools_.want(pool.name, generation)) return too_many(base::kPoolsMax, "pools");
    for (const model::Backend& backend : pool.backends) {
      if (!backends_.want(Key{pool.name, backend.address}, generation)) {
        return too_many(base::kBackendsMax, "backends");
      }
    }
  }
  for (const model::Listener& listener : configuration.listeners) {
    if (!listeners_.want(listener.address, generation)) {
      return too_many(base::kListenerIdsMax, "listeners");
    }
  }
  listeners_.retire_others(generation);
  pools_.retire_others(generation);
  backends_.retire_others(generation);
  return base::Done{};
}

std::optional<uint32_t> BackendRegistry::find(std::string_view pool,
                                              base::Endpoint endpoint) const {
  return backends_.find(Key{std::string(pool), endpoint});
}

std::optional<uint32_t> BackendRegistry::find_listener(base::Endpoint address) const {
  return listeners_.find(address);
}

std::optional<uint32_t> BackendRegistry::find_pool(std::string_view pool) const {
  return pools_.find(std::string(pool));
}

}  // namespace penstock::compile
