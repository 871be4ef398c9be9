// SPDX-License-Identifier: Apache-2.0
//
// Snapshots in a few words, for tests of the proxy. Backends are ports of one address; a backend's
// id is its port's distance from kFirstBackendPort.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/proxy/snapshot.h"

namespace penstock::testing {

inline constexpr uint16_t kFirstBackendPort = 8000;
inline constexpr uint16_t kProxyPort = 80;

balance::Backend backend_at(uint16_t port, uint32_t weight = 1,
                            balance::Backend::State state = balance::Backend::State::Active);
proxy::PoolPlan pool_of(std::vector<balance::Backend> backends,
                        balance::Policy policy = balance::Policy::RoundRobin,
                        balance::KeySource key = {});
proxy::PoolPlan pool_at(const std::vector<uint16_t>& ports,
                        balance::Policy policy = balance::Policy::RoundRobin,
                        balance::KeySource key = {});

// Any host, any path; a test sets the conditions that it wants.
route::Rule rule(std::string name, route::Action action);

// Without a word: every request on the proxy's port goes to one backend, at kFirstBackendPort.
struct SnapshotSpec {
  std::vector<uint16_t> listener_ports = {kProxyPort};
  std::vector<route::Rule> rules = {rule("all", route::Forward{0})};
  std::vector<proxy::PoolPlan> pools = {pool_at({kFirstBackendPort})};
  proxy::Timeouts timeouts = {};
  proxy::HttpLimits limits = {};
  proxy::Upgrades upgrades = proxy::Upgrades::Any;
  proxy::ProxyHeader proxy_header = proxy::ProxyHeader::None;  // of every listener
  std::vector<proxy::RateLimit> rate_limits = {};
  // Of every listener.
  std::optional<uint32_t> connection_rate = std::nullopt;
  std::optional<uint32_t> request_rate = std::nullopt;
  uint32_t connections_per_source_max = 0;
  http::RequestPolicy request_policy = {};
  http::ForwardingPolicy forwarding = {};
};

// One pool of backends at these ports, in turn.
inline SnapshotSpec with_backends(const std::vector<uint16_t>& ports) {
  SnapshotSpec spec;
  spec.pools = {pool_at(ports)};
  return spec;
}

std::unique_ptr<proxy::Snapshot> build_snapshot(const SnapshotSpec& spec);

}  // namespace penstock::testing
