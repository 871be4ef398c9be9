// SPDX-License-Identifier: Apache-2.0
#include "tests/support/snapshot_builder.h"

#include <utility>

#include "tests/support/packet_builder.h"

namespace penstock::testing {

balance::Backend backend_at(uint16_t port, uint32_t weight, balance::Backend::State state) {
  return {.id = static_cast<uint32_t>(port - kFirstBackendPort),
          .name = "b" + std::to_string(port),
          .endpoint = endpoint("10.0.0.2", port),
          .weight = weight,
          .state = state};
}

proxy::PoolPlan pool_of(std::vector<balance::Backend> backends, balance::Policy policy,
                        balance::KeySource key) {
  return {.pool = balance::Pool({.name = "pool",
                                 .policy = policy,
                                 .key = std::move(key),
                                 .backends = std::move(backends)})};
}

proxy::PoolPlan pool_at(const std::vector<uint16_t>& ports, balance::Policy policy,
                        balance::KeySource key) {
  std::vector<balance::Backend> backends;
  for (const uint16_t port : ports) backends.push_back(backend_at(port));
  return pool_of(std::move(backends), policy, std::move(key));
}

route::Rule rule(std::string name, route::Action action) {
  route::Rule rule;
  rule.name = std::move(name);
  rule.action = std::move(action);
  return rule;
}

std::unique_ptr<proxy::Snapshot> build_snapshot(const SnapshotSpec& spec) {
  auto snapshot = std::make_unique<proxy::Snapshot>();
  for (const uint16_t port : spec.listener_ports) {
    snapshot->listeners.push_back({.name = "l" + std::to_string(port),
                                   .address = endpoint("10.0.0.1", port),
                                   .proxy_header = spec.proxy_header,
                                   .connection_rate = spec.connection_rate,
                                   .request_rate = spec.request_rate,
                                   .connections_per_source_max = spec.connections_per_source_max});
  }
  auto table = route::RuleTable::compile(spec.rules);
  CHECK(table.ok());
  snapshot->rule_tables.push_back(
      std::make_shared<const route::RuleTable>(std::move(table).value()));
  snapshot->scratch.grow_for(*snapshot->rule_tables.front());
  snapshot->pools = spec.pools;
  snapshot->rate_limits = spec.rate_limits;
  snapshot->timeouts = spec.timeouts;
  snapshot->limits = spec.limits;
  snapshot->upgrades = spec.upgrades;
  snapshot->request_policy = spec.request_policy;
  snapshot->forwarding = spec.forwarding;
  return snapshot;
}

}  // namespace penstock::testing
