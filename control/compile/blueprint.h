// SPDX-License-Identifier: Apache-2.0
//
// Blueprint: a configuration compiled once for all workers; make_snapshot() then copies it for
// each. What did not change since the previous blueprint (rules, a pool's hash table) is taken
// over, so that a change of one pool costs that pool alone. It trusts validate: compile only what
// has no problems. Pure. Control thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "control/compile/access_lists.h"
#include "control/compile/backend_registry.h"
#include "control/compile/compiled_rules.h"
#include "control/compile/name_registry.h"
#include "control/model/configuration.h"
#include "control/model/problem.h"
#include "control/model/source_map.h"
#include "dataplane/balance/pool.h"
#include "dataplane/base/result.h"
#include "dataplane/proxy/snapshot.h"

namespace penstock::compile {

struct PoolBlueprint {
  model::Pool wanted;
  uint32_t id = 0;
  std::shared_ptr<const balance::Pool> prototype;
};

struct Blueprint {
  uint64_t generation = 0;
  model::Configuration configuration;
  SharedRules rules;
  std::vector<PoolBlueprint> pools;  // as in the configuration
  BackendRegistry registry;
  std::vector<ListenerAccess> access;  // as the listeners in the configuration
  NameRegistry rate_limit_ids{base::kRateLimitsMax};
};

// The first blueprint, from an empty registry; or the one after `previous`. Either has the next
// generation. On failure nothing has changed.
base::Result<Blueprint, model::Problems> compile(const model::Configuration& configuration,
                                                 const model::SourceMap& sources,
                                                 const Blueprint* previous);

std::unique_ptr<proxy::Snapshot> make_snapshot(const Blueprint& blueprint, uint32_t worker);

}  // namespace penstock::compile
