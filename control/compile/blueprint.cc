// SPDX-License-Identifier: Apache-2.0
#include "control/compile/blueprint.h"

#include <algorithm>
#include <string>
#include <utility>

#include "control/compile/http_translation.h"
#include "control/compile/rate_limits.h"

namespace penstock::compile {
namespace {

balance::KeySource translate(const model::BalanceKey& key) {
  using From = model::BalanceKey::Kind;
  using To = balance::KeySource::Kind;
  switch (key.kind) {
    case From::Path:
      return {To::Path, ""};
    case From::Header:
      return {To::Header, key.name};
    case From::Cookie:
      return {To::Cookie, key.name};
    case From::SourceAddress:
      break;
  }
  return {To::SourceAddress, ""};
}

balance::PoolSettings settings_of(const model::Pool& pool, const BackendRegistry& registry) {
  balance::PoolSettings settings;
  settings.name = pool.name;
  settings.policy = pool.policy == model::BalancePolicy::Maglev ? balance::Policy::Maglev
                                                                : balance::Policy::RoundRobin;
  settings.key = translate(pool.key);
  for (const model::Backend& backend : pool.backends) {
    const auto id = registry.find(pool.name, backend.address);
    CHECK(id.has_value());
    settings.backends.push_back({*id, backend.name, backend.address, backend.weight,
                                 backend.state == model::BackendState::Active
                                     ? balance::Backend::State::Active
                                     : balance::Backend::State::Draining});
  }
  return settings;
}

// The prototype of a pool that has not changed; an id that was reclaimed in between differs.
std::shared_ptr<const balance::Pool> taken_over(const model::Pool& pool, size_t index,
                                                const BackendRegistry& registry,
                                                const Blueprint& previous) {
  if (index >= previous.pools.size()) return nullptr;
  const PoolBlueprint& old = previous.pools[index];
  if (!(old.wanted == pool)) return nullptr;
  for (const balance::Backend& backend : old.prototype->backends()) {
    if (registry.find(pool.name, backend.endpoint) != backend.id) return nullptr;
  }
  return old.prototype;
}

std::vector<PoolBlueprint> compile_pools(const model::Configuration& configuration,
                                         const BackendRegistry& registry,
                                         const Blueprint* previous) {
  std::vector<PoolBlueprint> pools;
  for (const model::Pool& pool : configuration.pools) {
    std::shared_ptr<const balance::Pool> prototype;
    if (previous != nullptr) prototype = taken_over(pool, pools.size(), registry, *previous);
    if (prototype == nullptr) {
      prototype = std::make_shared<const balance::Pool>(settings_of(pool, registry));
    }
    const auto id = registry.find_pool(pool.name);
    CHECK(id.has_value());
    pools.push_back({pool, *id, std::move(prototype)});
  }
  return pools;
}

proxy::Timeouts translate(const model::Timeouts& wanted) {
  proxy::Timeouts timeouts;
  timeouts.client_header = wanted.request_head;
  timeouts.client_idle = wanted.keep_alive;
  timeouts.client_body = wanted.request_body;
  // Both are the patience for a peer in the middle of a body.
  timeouts.client_write = wanted.response_body;
  timeouts.client_age = wanted.keep_alive_age;
  timeouts.exchange = wanted.exchange;
  timeouts.tunnel = wanted.tunnel;
  timeouts.drain = wanted.drain;
  return timeouts;
}

proxy::HttpLimits translate(const model::Limits& wanted) {
  proxy::HttpLimits limits;
  limits.request_head = {.first_line_bytes = wanted.request_line_bytes,
                         .field_line_bytes = wanted.field_line_bytes,
                         .head_bytes = wanted.request_head_bytes};
  limits.fields = wanted.fields;
  limits.response_head.head_bytes = wanted.response_head_bytes;
  limits.response_fields = wanted.response_fields;
  limits.request_body_bytes = wanted.request_body_bytes;
  limits.client_requests = wanted.keep_alive_requests;
  limits.body_progress_bytes = wanted.body_progress_bytes;
  return limits;
}

upstream::RetryPolicy translate(const model::Retries& wanted) {
  upstream::RetryPolicy policy;
  policy.tries = wanted.count + 1;
  policy.budget_percent = wanted.budget_percent;
  for (const uint32_t status : wanted.statuses) {
    policy.statuses.set(status - base::kRetryStatusMin);
  }
  return policy;
}

upstream::ReusePolicy translate(model::ConnectionReuse wanted) {
  switch (wanted) {
    case model::ConnectionReuse::Always:
      return upstream::ReusePolicy::Always;
    case model::ConnectionReuse::Never:
      return upstream::ReusePolicy::Never;
    case model::ConnectionReuse::Safe:
      break;
  }
  return upstream::ReusePolicy::Safe;
}

proxy::AnnounceClient translate(model::ProxyProtocol wanted) {
  switch (wanted) {
    case model::ProxyProtocol::V1:
      return proxy::AnnounceClient::V1;
    case model::ProxyProtocol::V2:
      return proxy::AnnounceClient::V2;
    case model::ProxyProtocol::Off:
      break;
  }
  return proxy::AnnounceClient::No;
}

proxy::Upgrades translate(model::Forwarding::Upgrade wanted) {
  switch (wanted) {
    case model::Forwarding::Upgrade::WebSocket:
      return proxy::Upgrades::WebSocket;
    case model::Forwarding::Upgrade::Never:
      return proxy::Upgrades::Never;
    case model::Forwarding::Upgrade::Any:
      break;
  }
  return proxy::Upgrades::Any;
}

proxy::PoolPlan plan_of(const PoolBlueprint& pool, uint32_t worker) {
  proxy::PoolPlan plan{pool.prototype->for_worker(worker)};
  plan.id = pool.id;
  plan.queue = pool.wanted.queue_timeout;
  plan.retries = translate(pool.wanted.retries);
  const model::PoolBounds& bounds = pool.wanted.bounds;
  plan.bounds = {
      .connections = bounds.connections, .pending = bounds.pending, .requests = bounds.requests};
  plan.reuse = translate(pool.wanted.reuse);
  plan.announce_client = translate(pool.wanted.proxy_protocol);
  plan.request_buffer_bytes = pool.wanted.request_buffer_bytes;
  plan.response_buffer_bytes = pool.wanted.response_buffer_bytes;
  plan.connect_timeout = pool.wanted.connect_timeout;
  plan.response = pool.wanted.response_head_timeout;
  plan.upstream_body = pool.wanted.response_body_timeout;
  plan.upstream_idle = pool.wanted.idle_timeout;
  plan.idle_connections_per_backend = pool.wanted.idle_connections;
  return plan;
}

proxy::ListenerPlan plan_of(const Blueprint& blueprint, size_t index) {
  const model::Listener& listener = blueprint.configuration.listeners[index];
  proxy::ListenerPlan plan;
  plan.name = listener.name;
  plan.address = listener.address;
  plan.rule_table = blueprint.rules->table_of_listener[index];
  const auto id = blueprint.registry.find_listener(listener.address);
  CHECK(id.has_value());
  plan.id = *id;
  if (listener.proxy_protocol == model::Listener::ProxyProtocol::Require) {
    plan.proxy_header = proxy::ProxyHeader::Required;
  }
  plan.access = blueprint.access[index].list;
  const auto& limits = blueprint.configuration.rate_limits;
  plan.connection_rate = rate_limit_index(limits, listener.connection_rate);
  plan.request_rate = rate_limit_index(limits, listener.request_rate);
  plan.connections_per_source_max = listener.connections_per_source_max;
  return plan;
}

std::vector<std::string> names_of(const std::vector<model::RateLimit>& limits) {
  std::vector<std::string> names;
  for (const model::RateLimit& limit : limits) names.push_back(limit.name);
  return names;
}

}  // namespace

base::Result<Blueprint, model::Problems> compile(const model::Configuration& configuration,
                                                 const model::SourceMap& sources,
                                                 const Blueprint* previous) {
  auto rules =
      compile_rules(configuration, sources, previous == nullptr ? nullptr : previous->rules);
  if (!rules.ok()) return base::Failure{rules.error()};

  Blueprint next;
  next.generation = previous == nullptr ? 1 : previous->generation + 1;
  next.configuration = configuration;
  next.rules = std::move(rules).value();
  if (previous != nullptr) next.registry = previous->registry;
  const auto assigned = next.registry.assign(configuration, next.generation);
  if (!assigned.ok()) {
    return base::Failure{model::Problems{sources.problem("pools", assigned.error())}};
  }
  next.pools = compile_pools(configuration, next.registry, previous);
  if (previous != nullptr) {
    next.access = previous->access;
    next.rate_limit_ids = previous->rate_limit_ids;
  }
  next.access = compile_access(configuration.listeners, next.access);
  next.rate_limit_ids.assign(names_of(configuration.rate_limits), next.generation);
  return next;
}

std::unique_ptr<proxy::Snapshot> make_snapshot(const Blueprint& blueprint, uint32_t worker) {
  auto snapshot = std::make_unique<proxy::Snapshot>();
  snapshot->generation = blueprint.generation;
  for (const ListenerTable& rules : blueprint.rules->tables) {
    snapshot->rule_tables.push_back(rules.table);
    snapshot->scratch.grow_for(*rules.table);
  }
  for (size_t i = 0; i < blueprint.configuration.listeners.size(); ++i) {
    snapshot->listeners.push_back(plan_of(blueprint, i));
  }
  for (const PoolBlueprint& pool : blueprint.pools) {
    snapshot->pools.push_back(plan_of(pool, worker));
  }
  snapshot->rate_limits =
      compile_rate_limits(blueprint.configuration.rate_limits, blueprint.rate_limit_ids);
  snapshot->timeouts = translate(blueprint.configuration.timeouts);
  snapshot->limits = translate(blueprint.configuration.limits);
  snapshot->upgrades = translate(blueprint.configuration.forwarding.upgrade);
  snapshot->forwarding = translate(blueprint.configuration.forwarding);
  snapshot->request_policy = translate(blueprint.configuration.http);
  snapshot->reason_header =
      blueprint.configuration.forwarding.reason_field == model::Forwarding::ReasonField::Send
          ? proxy::ReasonHeader::Send
          : proxy::ReasonHeader::Omit;
  return snapshot;
}

}  // namespace penstock::compile
