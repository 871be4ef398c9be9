// SPDX-License-Identifier: Apache-2.0
//
// Snapshot: all of the configuration that a request may read, as one worker sees it.
// Control compiles one for each worker (its own hash tables, cursors and pattern scratch),
// publishes it by swapping a pointer, and frees it when the worker has moved on and no exchange
// holds it. Immutable after publishing, but for what is named "the worker's own" below. Invariants:
// (1) an index in a rule's action is valid in the same snapshot only; (2) a backend's id means the
// same backend in every snapshot that is alive; (3) hold/drop are the worker's calls. DESIGN.md 6.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/balance/pool.h"
#include "dataplane/base/access_list.h"
#include "dataplane/base/address.h"
#include "dataplane/base/limits.h"
#include "dataplane/base/time.h"
#include "dataplane/http/codec.h"
#include "dataplane/http/forwarding_policy.h"
#include "dataplane/http/head_limits.h"
#include "dataplane/http/request_policy.h"
#include "dataplane/proxy/rate_limit.h"
#include "dataplane/route/rule_table.h"
#include "dataplane/upstream/pool_bounds.h"
#include "dataplane/upstream/retry.h"
#include "dataplane/upstream/reuse.h"

namespace penstock::proxy {

struct Timeouts {
  base::Duration client_header = base::Duration::from_s(10);  // first byte of a head to its end
  base::Duration client_idle = base::Duration::from_s(50);    // between requests on a connection
  base::Duration client_age = base::Duration();               // of a connection; 0: any
  base::Duration exchange = base::Duration();  // a whole request with its response; 0: any
  base::Duration tunnel = base::Duration::from_s(3600);      // nothing moves either way
  base::Duration client_body = base::Duration::from_s(30);   // between two reads of a body
  base::Duration client_write = base::Duration::from_s(60);  // a client that takes nothing
  base::Duration drain = base::Duration::from_s(30);         // for open exchanges at shutdown
};

struct HttpLimits {
  http::HeadLimits request_head = http::kRequestHeadLimits;
  http::HeadLimits response_head = http::kResponseHeadLimits;
  uint32_t fields = base::kFieldsMax;  // of a request
  uint32_t response_fields = base::kFieldsMax;
  uint64_t request_body_bytes = 0;  // 0: no limit
  uint32_t client_requests = 0;     // on one connection; 0: no limit
  uint32_t body_progress_bytes = base::kBodyProgressBytesDefault;
};

enum class ReasonHeader : uint8_t { Omit, Send };

// Whether a client's connection begins with a PROXY protocol header.
enum class ProxyHeader : uint8_t { None, Required };
// Whether, and how, a backend's connection does.
enum class AnnounceClient : uint8_t { No, V1, V2 };

// Which requests may turn into a tunnel.
enum class Upgrades : uint8_t { Any, WebSocket, Never };

struct PoolPlan {
  balance::Pool pool;  // the worker's own: table copy and round-robin cursor
  uint32_t id = 0;     // the same pool in every snapshot that is alive; below base::kPoolsMax
  base::Duration connect_timeout = base::Duration::from_s(5);
  base::Duration response = base::Duration::from_s(60);       // request sent to response head
  base::Duration upstream_body = base::Duration::from_s(60);  // between two reads of a body
  base::Duration upstream_idle = base::Duration::from_s(50);  // in the pool, unused
  uint32_t idle_connections_per_backend = base::kIdleConnectionsPerBackendDefault;
  base::Duration queue = base::Duration::from_s(5);  // for a connection, at its maximum
  upstream::RetryPolicy retries = {};
  upstream::PoolBounds bounds = {};
  http::Codec codec = {};  // what its backends speak
  upstream::ReusePolicy reuse = upstream::ReusePolicy::Safe;
  AnnounceClient announce_client = AnnounceClient::No;
  uint32_t request_buffer_bytes = 0;   // of a body, before a backend is asked
  uint32_t response_buffer_bytes = 0;  // of a body, before the client gets any
};

struct ListenerPlan {
  std::string name;
  base::Endpoint address;
  // The same listener in every snapshot that is alive; below base::kListenerIdsMax.
  uint32_t id = 0;
  uint32_t rule_table = 0;  // index into Snapshot::rule_tables
  ProxyHeader proxy_header = ProxyHeader::None;
  // Who may connect; nullptr: everybody. Shared as rule tables are.
  // tidy: start-up: control counts the owners; a worker never copies one of these pointers.
  std::shared_ptr<const base::AccessList> access = nullptr;
  // Indices into Snapshot::rate_limits.
  std::optional<uint32_t> connection_rate = std::nullopt;
  std::optional<uint32_t> request_rate = std::nullopt;
  uint32_t connections_per_source_max = 0;  // 0: no bound
};

struct Snapshot {
  uint64_t generation = 0;
  std::vector<ListenerPlan> listeners;
  // Listeners with the same rules share a table. Shared with the other workers and with later
  // snapshots that have the same rules: a worker only reads through the pointers, control alone
  // copies and drops them. Never null.
  // tidy: start-up: control counts the owners; a worker never copies one of these pointers.
  std::vector<std::shared_ptr<const route::RuleTable>> rule_tables;
  std::vector<PoolPlan> pools;
  std::vector<RateLimit> rate_limits;
  Timeouts timeouts;
  HttpLimits limits;
  http::RequestPolicy request_policy;
  http::ForwardingPolicy forwarding;
  ReasonHeader reason_header = ReasonHeader::Send;
  Upgrades upgrades = Upgrades::Any;
  route::Scratch scratch;  // the worker's own, large enough for every table here

  // The rules for requests to the listener with this index.
  const route::RuleTable& rules_of(uint32_t listener) const noexcept {
    return *rule_tables[listeners[listener].rule_table];
  }

  // Called by the worker when an exchange begins and ends to use the snapshot.
  void hold() noexcept { holders_.store(holders() + 1, std::memory_order_relaxed); }
  void drop() noexcept { holders_.store(holders() - 1, std::memory_order_release); }
  // For control: with no holder, and a quiescent state since it was replaced, it can be freed.
  bool is_held() const noexcept { return holders_.load(std::memory_order_acquire) != 0; }

 private:
  uint32_t holders() const noexcept { return holders_.load(std::memory_order_relaxed); }
  std::atomic<uint32_t> holders_{0};
};

}  // namespace penstock::proxy
