// SPDX-License-Identifier: Apache-2.0
#include "control/config/read_configuration.h"
#include "control/model/text_rules.h"

namespace penstock::config {

namespace {

using model::BalanceKey;
using model::BalancePolicy;

constexpr std::string_view kKeyAccepted = R"("source", "path", "header:NAME" or "cookie:NAME")";

BalanceKey read_key(Section& section, BalancePolicy policy) {
  const std::optional<std::string> text = section.optional_text("key");
  if (!text) return {};
  if (policy != BalancePolicy::Maglev) {
    section.add_problem("key", "round_robin uses no key; accepted: with policy \"maglev\"");
    return {};
  }
  if (*text == "source") return {BalanceKey::Kind::SourceAddress, ""};
  if (*text == "path") return {BalanceKey::Kind::Path, ""};
  const size_t colon = text->find(':');
  const std::string kind = text->substr(0, colon);
  const std::string name = colon == std::string::npos ? "" : text->substr(colon + 1);
  if (kind == "header" && !name.empty()) return {BalanceKey::Kind::Header, name};
  if (kind == "cookie" && !name.empty()) return {BalanceKey::Kind::Cookie, name};
  section.add_problem(
      "key", model::quoted(*text) + " is not accepted; accepted: " + std::string(kKeyAccepted));
  return {};
}

model::Backend read_backend(Section section) {
  model::Backend backend;
  backend.address = section.required_endpoint("address");
  backend.name = section.text("name", backend.address.format());
  backend.weight = section.number("weight", model::kWeightRange, backend.weight);
  if (section.flag("draining")) backend.state = model::BackendState::Draining;
  section.finish();
  return backend;
}

// What a pool does when a backend fails, and how much it takes on.
void read_resilience(Section& section, const model::Configuration& configuration,
                     model::Pool& pool) {
  model::Retries& retries = pool.retries;
  retries.count = section.number("retries", model::kRetriesRange, configuration.limits.retries);
  retries.statuses =
      section.numbers("retry_statuses", model::kRetryStatusRange).value_or(retries.statuses);
  retries.budget_percent =
      section.number("retry_budget_percent", model::kPercentRange, retries.budget_percent);
  model::PoolBounds& bounds = pool.bounds;
  bounds.connections =
      section.number("connections_max", model::kPoolBoundRange, bounds.connections);
  bounds.pending = section.number("pending_max", model::kPoolBoundRange, bounds.pending);
  bounds.requests = section.number("requests_max", model::kPoolBoundRange, bounds.requests);
  pool.queue_timeout = section.milliseconds("queue_ms", configuration.timeouts.queue);
}

// How messages reach backends and come back.
void read_transfer(Section& section, model::Pool& pool) {
  using model::ConnectionReuse;
  using model::ProxyProtocol;
  pool.reuse = section.choice("reuse",
                              {{"safe", ConnectionReuse::Safe},
                               {"always", ConnectionReuse::Always},
                               {"never", ConnectionReuse::Never}},
                              pool.reuse);
  pool.proxy_protocol = section.choice(
      "proxy_protocol",
      {{"off", ProxyProtocol::Off}, {"v1", ProxyProtocol::V1}, {"v2", ProxyProtocol::V2}},
      pool.proxy_protocol);
  pool.request_buffer_bytes =
      section.number("request_buffer_bytes", model::kBodyBufferRange, pool.request_buffer_bytes);
  pool.response_buffer_bytes =
      section.number("response_buffer_bytes", model::kBodyBufferRange, pool.response_buffer_bytes);
}

model::Pool read_pool(Section section, const model::Configuration& configuration) {
  const model::Timeouts& timeouts = configuration.timeouts;
  model::Pool pool;
  pool.name = section.required_text("name", "a name such as \"api\"");
  pool.policy = section.choice(
      "policy", {{"maglev", BalancePolicy::Maglev}, {"round_robin", BalancePolicy::RoundRobin}},
      pool.policy);
  pool.key = read_key(section, pool.policy);
  for (Section& backend : section.sections("backends", Presence::Required)) {
    pool.backends.push_back(read_backend(backend));
  }
  pool.idle_connections = section.number("idle_connections", model::kIdleConnectionsRange,
                                         configuration.limits.idle_connections);
  pool.connect_timeout = section.milliseconds("connect_ms", timeouts.connect);
  pool.response_head_timeout = section.milliseconds("response_head_ms", timeouts.response_head);
  pool.response_body_timeout = section.milliseconds("response_body_ms", timeouts.response_body);
  pool.idle_timeout = section.milliseconds("upstream_idle_ms", timeouts.upstream_idle);
  read_resilience(section, configuration, pool);
  read_transfer(section, pool);
  section.finish();
  return pool;
}

}  // namespace

void read_pools(Section& top, model::Configuration& configuration) {
  for (Section& section : top.sections("pools", Presence::Optional)) {
    configuration.pools.push_back(read_pool(section, configuration));
  }
}

}  // namespace penstock::config
