// SPDX-License-Identifier: Apache-2.0
//
// Gives every backend the small dense id by which the data plane knows it. A backend is its pool
// and its endpoint: renaming it, or changing its weight, keeps the id.
// A plain value: compile into a copy and keep the copy when the snapshot was published.
// It frees nothing by itself; the publisher says which generations are still alive.
// Control thread.
// Invariants: (1) an id means one backend in all snapshots that are alive; (2) ids are below
// base::kBackendsMax; (3) a backend that returns before its id was reclaimed gets it back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/model/configuration.h"
#include "dataplane/base/address.h"
#include "dataplane/base/result.h"

namespace penstock::compile {

class BackendRegistry {
 public:
  // Ids for all backends of `configuration`, which is to become `generation`. Those that are not in
  // it retire. A refusal is a sentence, and leaves the registry useless: drop the copy.
  base::Result<base::Done, std::string> assign(const model::Configuration& configuration,
                                               uint64_t generation);

  std::optional<uint32_t> find(std::string_view pool, base::Endpoint endpoint) const;

  // Makes the ids of backends that retired with `oldest_alive` or before free for others, if
  // `is_quiet` says that no worker has a connection left. Returns them: their counters start anew.
  std::vector<uint32_t> reclaim(uint64_t oldest_alive,
                                const std::function<bool(uint32_t id)>& is_quiet);

 private:
  struct Key {
    std::string pool;
    base::Endpoint endpoint;
    auto operator<=>(const Key&) const = default;
  };
  struct Entry {
    uint32_t id = 0;
    uint64_t last_assigned = 0;  // the latest generation that has the backend
    // The first generation without it; absent while it is wanted.
    std::optional<uint64_t> retired;
  };

  std::optional<uint32_t> take_free_id();
  // nullptr when there is no id left.
  Entry* find_or_add(Key key);

  std::map<Key, Entry> entries_;
  std::vector<uint32_t> free_;
  uint32_t untouched_ = 0;  // ids from here on were never given
};

}  // namespace penstock::compile
