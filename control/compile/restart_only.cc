// SPDX-License-Identifier: Apache-2.0
#include "control/compile/restart_only.h"

#include <string>

namespace penstock::compile {

model::Problems needs_restart(const model::Configuration& running,
                              const model::Configuration& wanted, const model::SourceMap& sources) {
  model::Problems problems;
  const auto require_same = [&](const auto& is, const auto& should_be, const char* path) {
    if (is == should_be) return;
    problems.push_back(sources.problem(
        path, "differs from what runs and is read at start only; restart penstockd to change it"));
  };
  require_same(running.workers, wanted.workers, "workers");
  require_same(running.memory, wanted.memory, "memory");
  require_same(running.admin, wanted.admin, "admin");
  require_same(running.log, wanted.log, "log");
  require_same(running.ports, wanted.ports, "ports");
  require_same(running.routes, wanted.routes, "routes");
  require_same(running.tcp, wanted.tcp, "tcp");
  require_same(running.limits.connections, wanted.limits.connections, "limits.connections");
  require_same(running.limits.half_open, wanted.limits.half_open, "limits.half_open");
  model::sort_by_place(problems);
  return problems;
}

}  // namespace penstock::compile
