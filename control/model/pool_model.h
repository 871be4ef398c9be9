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
  bool operator==(const Pool&) const = default;
};

}  // namespace penstock::model
