// SPDX-License-Identifier: Apache-2.0
//
// The ids of backends, pools and listeners. A backend is its pool and its endpoint: renaming it, or
// changing its weight, keeps the id. A pool is its name, a listener its address. An id means the
// same in all snapshots that are alive (id_registry.h).
// A plain value. Control thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/compile/id_registry.h"
#include "control/model/configuration.h"
#include "dataplane/base/address.h"
#include "dataplane/base/result.h"

namespace penstock::compile {

class BackendRegistry {
 public:
  // Ids for all that has one in `configuration`, which is to become `generation`. Those that
  // are not in it retire. A refusal is a sentence, and leaves the registry useless: drop the copy.
  base::Result<base::Done, std::string> assign(const model::Configuration& configuration,
                                               uint64_t generation);

  std::optional<uint32_t> find(std::string_view pool, base::Endpoint endpoint) const;
  std::optional<uint32_t> find_pool(std::string_view pool) const;

  std::optional<uint32_t> find_listener(base::Endpoint address) const;

  // See IdRegistry::reclaim().
  std::vector<uint32_t> reclaim_backends(uint64_t oldest_alive,
                                         const std::function<bool(uint32_t id)>& is_quiet) {
    return backends_.reclaim(oldest_alive, is_quiet);
  }
  std::vector<uint32_t> reclaim_pools(uint64_t oldest_alive,
                                      const std::function<bool(uint32_t id)>& is_quiet) {
    return pools_.reclaim(oldest_alive, is_quiet);
  }

  std::vector<uint32_t> reclaim_listeners(uint64_t oldest_alive,
                                          const std::function<bool(uint32_t id)>& is_quiet) {
    return listeners_.reclaim(oldest_alive, is_quiet);
  }

 private:
  struct Key {
    std::string pool;
    base::Endpoint endpoint;
    auto operator<=>(const Key&) const = default;
  };

  IdRegistry<Key> backends_{base::kBackendsMax};
  IdRegistry<std::string> pools_{base::kPoolsMax};
  IdRegistry<base::Endpoint> listeners_{base::kListenerIdsMax};
};

}  // namespace penstock::compile
