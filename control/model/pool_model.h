// SPDX-License-Identifier: Apache-2.0
//
// What an operator wants of a pool: its backends, how one is picked, and how connections to them
// are kept. Time-outs are already resolved: a pool that names none has those of `timeouts`.
// An empty pool is legal: its requests are answered 503.
// Control thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/base/address.h"
#include "dataplane/base/limits.h"
#include "dataplane/base/time.h"

namespace penstock::model {

enum class BackendState : uint8_t {
  Active,
  Draining,  // finishes what it has, gets nothing new
};

struct Backend {
  std::string name;  // "ADDRESS:PORT" unless the operator gave another
  base::Endpoint address;
  uint32_t weight = 1;  // 0 to base::kBackendWeightMax; 0 gets nothing new
  BackendState state = BackendState::Active;
  bool operator==(const Backend&) const = default;
};

enum class BalancePolicy : uint8_t { Maglev, RoundRobin };

// What Maglev hashes. A request without the header or cookie is hashed by its source address.
struct BalanceKey {
  enum class Kind : uint8_t { SourceAddress, Path, Header, Cookie };
  Kind kind = Kind::SourceAddress;
  std::string name;  // of the header or cookie
  bool operator==(const BalanceKey&) const = default;
};

// The header that tells a backend of the client, ahead of its request.
enum class ProxyProtocol : uint8_t { Off, V1, V2 };

// Which requests use connections that others have used before.
enum class ConnectionReuse : uint8_t {
  Safe,    // a request that cannot be repeated only those that were used a moment ago
  Always,  // any
  Never,   // each request has a connection of its own
};

// Bounds of a pool, over all workers. 0: none.
struct PoolBounds {
  uint32_t connections = 0;
  uint32_t pending = 0;  // requests that wait for a connection
  uint32_t requests = 0;
  bool operator==(const PoolBounds&) const = default;
};

struct Retries {
  uint32_t count = 2;              // further backends tried
  std::vector<uint32_t> statuses;  // of responses that are worth another try
  uint32_t budget_percent = base::kRetryBudgetPercentDefault;  // of the pool's requests
  bool operator==(const Retries&) const = default;
};

struct Pool {
  std::string name;
  BalancePolicy policy = BalancePolicy::Maglev;
  BalanceKey key;
  std::vector<Backend> backends;
  uint32_t idle_connections = base::kIdleConnectionsPerBackendDefault;  // per worker and backend
  base::Duration connect_timeout = base::Duration::from_s(5);
  base::Duration response_head_timeout = base::Duration::from_s(60);
  base::Duration response_body_timeout = base::Duration::from_s(60);
  base::Duration idle_timeout = base::Duration::from_s(50);
  base::Duration queue_timeout = base::Duration::from_s(5);
  Retries retries;
  PoolBounds bounds;
  ConnectionReuse reuse = ConnectionReuse::Safe;
  ProxyProtocol proxy_protocol = ProxyProtocol::Off;
  uint32_t request_buffer_bytes = 0;   // of a body, before a backend is asked
  uint32_t response_buffer_bytes = 0;  // of a body, before the client gets any
  bool operator==(const Pool&) const = default;
};

}  // namespace penstock::model
