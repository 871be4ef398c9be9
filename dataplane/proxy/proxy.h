// SPDX-License-Identifier: Apache-2.0
//
// Proxy: everything above TCP on one worker. It accepts client connections, runs their exchanges
// and ends them; the worker tells it what TCP has ready, what time it is and which snapshot rules.
// It sends no packets and reads no clock. Output leaves with tcp::Stack::flush().
// Owned by one worker; not thread safe. Nothing allocates after construction.
#pragma once

#include <cstdint>
#include <memory>

#include "dataplane/base/shared_counts.h"
#include "dataplane/base/time.h"
#include "dataplane/base/token_buckets.h"
#include "dataplane/base/wall_offset.h"
#include "dataplane/proxy/access_record.h"
#include "dataplane/proxy/proxy_counters.h"
#include "dataplane/proxy/snapshot.h"
#include "dataplane/tcp/stack.h"
#include "dataplane/upstream/connection_pool.h"

namespace penstock::proxy {

class Conductor;

// Where finished exchanges are told; a full sink says no and the record is lost, counted.
class AccessSink {
 public:
  virtual ~AccessSink() = default;
  [[nodiscard]] virtual bool post(const AccessRecord& record) noexcept = 0;
};

struct ProxySettings {
  uint32_t downstreams_max = 0;  // client connections; at most the stack's connections
  uint32_t exchanges_max = 0;    // requests in progress
  uint32_t backend_connections_max = 0;
  uint64_t seed = 1;  // request ids
};

struct ProxyPlaces {
  tcp::Stack& stack;
  nic::PacketPool& buffers;
  ProxyCounters& counters;
  ListenerCounters* listener_counters;  // base::kListenerIdsMax of them
  upstream::PoolPlaces counted;         // by backend and by pool
  AccessSink* access;                   // nullptr: no access log
  const base::WallOffset& wall_offset;
  // Shared by all workers; needed by a snapshot that has rate limits.
  base::TokenBuckets* buckets = nullptr;
  // The same, by one that bounds connections per source.
  base::SharedCounts* source_counts = nullptr;
};

class Proxy {
 public:
  Proxy(const ProxySettings& settings, const ProxyPlaces& places);
  ~Proxy();

  // From the next request on. Listeners that are new are opened, those that are gone stop accepting
  // and idle connections to backends that are gone or draining are closed.
  void use_snapshot(Snapshot& snapshot, base::Instant now) noexcept;
  void on_ready(const tcp::Ready& ready, base::Instant now) noexcept;
  void on_timers(base::Instant now) noexcept;
  base::Instant next_deadline() const noexcept;

  // Stops accepting, answers what is open with Connection: close, and closes what is idle. Open
  // exchanges are cut at the snapshot's drain time-out.
  void begin_drain(base::Instant now) noexcept;
  bool is_drained() const noexcept;

 private:
  std::unique_ptr<Conductor> conductor_;
};

}  // namespace penstock::proxy
