// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "control/model/reachability.h"
#include "control/model/text_rules.h"
#include "control/model/validate_parts.h"

namespace penstock::model {

namespace {

void validate_backend(const Configuration& configuration, const Backend& backend,
                      const std::string& path, Findings& findings) {
  findings.check_range(joined(path, "weight"), backend.weight, kWeightRange);
  if (auto problem = backend_address_problem(configuration, backend.address)) {
    findings.add(joined(path, "address"), *problem);
    return;
  }
  findings.check_text(joined(path, "name"), backend.name, is_name, kNameAccepted);
}

void validate_backends(const Configuration& configuration, const Pool& pool,
                       const std::string& path, Findings& findings) {
  Uniqueness names(findings, "backend name");
  Uniqueness addresses(findings, "backend address");
  const auto path_of = [&](size_t i) { return indexed(joined(path, "backends"), i); };
  // The addresses are names too, but a name that was made from one is not blamed beside it.
  for (size_t i = 0; i < pool.backends.size(); ++i) {
    const Backend& backend = pool.backends[i];
    const std::string address = backend.address.format();
    if (backend.name == address) names.reserve(joined(path_of(i), "address"), address);
  }
  for (size_t i = 0; i < pool.backends.size(); ++i) {
    const Backend& backend = pool.backends[i];
    validate_backend(configuration, backend, path_of(i), findings);
    if (backend.address.port == 0) continue;
    const std::string address = backend.address.format();
    addresses.check(joined(path_of(i), "address"), address);
    if (backend.name != address) names.check(joined(path_of(i), "name"), backend.name);
  }
}

void validate_key(const Http& http, const Pool& pool, const std::string& path, Findings& findings) {
  const BalanceKey& key = pool.key;
  if (key.kind == BalanceKey::Kind::Cookie) {
    findings.check_text(path, key.name, is_token, kTokenAccepted);
  } else if (key.kind == BalanceKey::Kind::Header) {
    const std::string so = "the pool " + quoted(pool.name) + " hashes every source address instead";
    validate_field_name(http, {key.name, so}, path, findings);
  }
}

void validate_pool_timeouts(const Pool& pool, const std::string& path, Findings& findings) {
  const auto check = [&](const char* key, base::Duration value) {
    findings.check_range(joined(path, key), value.ms(), kTimeoutMsRange);
  };
  check("connect_ms", pool.connect_timeout);
  check("response_head_ms", pool.response_head_timeout);
  check("response_body_ms", pool.response_body_timeout);
  check("upstream_idle_ms", pool.idle_timeout);
  check("queue_ms", pool.queue_timeout);
}

void validate_resilience(const Pool& pool, const std::string& path, Findings& findings) {
  const auto check = [&](const char* key, uint32_t value, const Range& range) {
    findings.check_range(joined(path, key), value, range);
  };
  check("retries", pool.retries.count, kRetriesRange);
  check("retry_budget_percent", pool.retries.budget_percent, kPercentRange);
  check("connections_max", pool.bounds.connections, kPoolBoundRange);
  check("pending_max", pool.bounds.pending, kPoolBoundRange);
  check("requests_max", pool.bounds.requests, kPoolBoundRange);
  for (size_t i = 0; i < pool.retries.statuses.size(); ++i) {
    findings.check_range(indexed(joined(path, "retry_statuses"), i), pool.retries.statuses[i],
                         kRetryStatusRange);
  }
}

// What is gathered waits in a connection's receive window, which must not be full before.
void validate_buffers(const Configuration& configuration, const Pool& pool, const std::string& path,
                      Findings& findings) {
  const uint32_t most = configuration.tcp.receive_window_bytes / 2;
  const auto check = [&](const char* key, uint32_t value) {
    findings.check_range(joined(path, key), value, kBodyBufferRange);
    if (!kBodyBufferRange.contains(value) || value <= most) return;
    findings.add(joined(path, key), std::to_string(value) +
                                        " is more than half of tcp.receive_window_bytes; "
                                        "accepted: at most " +
                                        std::to_string(most));
  };
  check("request_buffer_bytes", pool.request_buffer_bytes);
  check("response_buffer_bytes", pool.response_buffer_bytes);
}

}  // namespace

void validate_pools(const Configuration& configuration, Findings& findings) {
  if (configuration.pools.size() > base::kPoolsMax) {
    findings.add("pools", std::to_string(configuration.pools.size()) +
                              " pools; accepted: at most " + std::to_string(base::kPoolsMax));
  }
  if (backend_count(configuration) > base::kBackendsMax) {
    findings.add("pools", std::to_string(backend_count(configuration)) +
                              " backends in all pools; accepted: at most " +
                              std::to_string(base::kBackendsMax));
  }
  Uniqueness names(findings, "pool name");
  for (size_t i = 0; i < configuration.pools.size(); ++i) {
    const Pool& pool = configuration.pools[i];
    const std::string path = indexed("pools", i);
    findings.check_text(joined(path, "name"), pool.name, is_name, kNameAccepted);
    if (!pool.name.empty()) names.check(joined(path, "name"), pool.name);
    findings.check_range(joined(path, "idle_connections"), pool.idle_connections,
                         kIdleConnectionsRange);
    validate_key(configuration.http, pool, joined(path, "key"), findings);
    validate_pool_timeouts(pool, path, findings);
    validate_resilience(pool, path, findings);
    validate_buffers(configuration, pool, path, findings);
    validate_backends(configuration, pool, path, findings);
  }
}

}  // namespace penstock::model
