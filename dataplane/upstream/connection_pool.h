// SPDX-License-Identifier: Apache-2.0
//
// The connections of one worker to all backends: leases one, new or idle, to an exchange, keeps
// those that can serve again, and lets the rest go. The last one given back is the first one leased
// (LIFO), so that the surplus ages out.
// It does not choose the backend (balance), speak HTTP, or decide on retries (failure.h).
// Owned by one worker; nothing allocates after construction.
// Invariants: (1) a leased connection has one lessee; (2) an idle connection has no unread byte;
// (3) at most connections_max exist, and at most idle_max idle ones of one backend.
#pragma once

#include <cstdint>
#include <memory>

#include "dataplane/balance/backend.h"
#include "dataplane/base/address.h"
#include "dataplane/base/limits.h"
#include "dataplane/base/list.h"
#include "dataplane/base/result.h"
#include "dataplane/base/slab.h"
#include "dataplane/base/time.h"
#include "dataplane/base/timer_wheel.h"
#include "dataplane/tcp/stack.h"
#include "dataplane/upstream/backend_connection.h"
#include "dataplane/upstream/backend_counters.h"
#include "dataplane/upstream/pool_bounds.h"
#include "dataplane/upstream/reuse.h"

namespace penstock::upstream {

// Whether a connection may be opened when there is no idle one.
enum class Opening : uint8_t { Allowed, Forbidden };

struct LeaseRequest {
  uint32_t pool = 0;  // the backend's
  uint32_t backend = 0;
  base::Endpoint endpoint;
  uint32_t lessee = 0;
  Reuse reuse = Reuse::Any;
  Opening opening = Opening::Allowed;
  uint32_t connections_max = 0;  // of the pool, over all workers; 0: no bound
};

enum class LeaseError : uint8_t {
  NoRoute,    // no address of ours leads to the backend
  NoPort,     // every source port towards the backend is taken
  OverLimit,  // connections_max, here or in the stack
  AtBound,    // the pool's connections_max: all are in use, and one may become free
  NotOpened,  // there is no idle one, and none may be opened
};

struct IdlePolicy {
  uint32_t idle_max = 0;
  base::Duration timeout;
  uint32_t connections_max = 0;  // as LeaseRequest has it
};

// Where connections are counted: by backend's id, by pool's id, and by the other workers too.
struct PoolPlaces {
  BackendCounters* backends = nullptr;  // backend_ids of them
  PoolCounters* pools = nullptr;        // pool_ids of them
  PoolCountersOfWorkers pools_of_workers;
  // Every id is below these.
  uint32_t backend_ids = base::kBackendsMax;
  uint32_t pool_ids = base::kPoolsMax;
};

class ConnectionPool {
 public:
  ConnectionPool(uint32_t connections_max, tcp::Stack& stack, const PoolPlaces& places,
                 base::Instant now);
  ~ConnectionPool();

  // State Leased: ready for a request now. State Connecting: its Ready events say when.
  base::Result<BackendConnection*, LeaseError> lease(const LeaseRequest& request,
                                                     base::Instant now) noexcept;
  // The lessee saw the handshake complete.
  void on_connected(BackendConnection& connection) noexcept;
  // A response was read to its end and the backend keeps the connection.
  void give_back(BackendConnection& connection, IdlePolicy policy, base::Instant now) noexcept;

  // Nothing more will be asked of it: FIN, or RST when bytes are still on their way.
  enum class Farewell : uint8_t { Close, Abort };
  void discard(BackendConnection& connection, Farewell farewell) noexcept;

  // For a Ready of Kind::Upstream.
  BackendConnection& at(uint32_t index) noexcept { return connections_.at(index); }
  // An idle connection has news: whatever it is, the connection is of no more use.
  void on_idle_ready(BackendConnection& connection) noexcept;
  void on_timers(base::Instant now) noexcept;
  base::Instant next_deadline() const noexcept { return wheel_.next_deadline(); }

  // Closes the idle connections of every backend that `keeps(id)` refuses.
  template <class Keeps>
  void close_idle_unless(Keeps&& keeps) noexcept {
    for (BackendConnection* item = idle_.front(); item != nullptr;) {
      BackendConnection* next = idle_.next(*item);
      if (!keeps(item->backend)) discard(*item, Farewell::Close);
      item = next;
    }
  }

  uint32_t connections_open() const noexcept { return connections_.in_use(); }
  // The backends to which there are idle ones.
  const balance::BackendSet& with_idle() const noexcept { return with_idle_; }

 private:
  using BackendIdleList = base::List<BackendConnection, IdleOfBackend>;

  struct PerBackend {
    BackendIdleList idle;
    uint32_t idle_count = 0;
  };

  // One more may be opened for the request's pool; idle ones of it may have made room.
  bool make_room(const LeaseRequest& request) noexcept;
  // The pool is at its bound, and requests of another worker wait for a connection of it.
  bool is_wanted_elsewhere(const BackendConnection& connection) const noexcept;
  void wait_idle(BackendConnection& connection, base::Instant now) noexcept;
  BackendConnection* acquire() noexcept;
  BackendConnection* take_idle(uint32_t backend, Reuse reuse, base::Instant now) noexcept;
  void leave_idle(BackendConnection& connection) noexcept;

  tcp::Stack& stack_;
  PoolPlaces places_;
  base::Slab<BackendConnection> connections_;
  std::unique_ptr<PerBackend[]> backends_;
  balance::BackendSet with_idle_;
  std::unique_ptr<base::List<BackendConnection, IdleOfPool>[]> pools_;  // idle ones, oldest first
  base::List<BackendConnection, IdleOfWorker> idle_;
  base::TimerWheel<BackendConnection> wheel_;
};

}  // namespace penstock::upstream
