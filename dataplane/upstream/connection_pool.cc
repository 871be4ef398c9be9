// SPDX-License-Identifier: Apache-2.0
#include "dataplane/upstream/connection_pool.h"

namespace penstock::upstream {

namespace {

LeaseError as_lease_error(tcp::ConnectError error) noexcept {
  switch (error) {
    case tcp::ConnectError::NoRoute:
      return LeaseError::NoRoute;
    case tcp::ConnectError::NoPort:
      return LeaseError::NoPort;
    case tcp::ConnectError::NoMemory:
      break;
  }
  return LeaseError::OverLimit;
}

// How often an idle connection looks whether another worker needs its place more.
constexpr base::Duration kLookAround = base::Duration::from_ms(50);

// Anything that happened to a connection while nobody used it spoils it.
bool is_spoiled(BackendConnection& connection) noexcept {
  tcp::Stream stream = connection.stream;
  return stream.close_reason() != tcp::CloseReason::None || stream.peer_closed() ||
         !stream.received().empty();
}

}  // namespace

ConnectionPool::ConnectionPool(uint32_t connections_max, tcp::Stack& stack,
                               const PoolPlaces& places, base::Instant now)
    : stack_(stack),
      places_(places),
      connections_(connections_max),
      backends_(std::make_unique<PerBackend[]>(places.backend_ids)),
      pools_(std::make_unique<base::List<BackendConnection, IdleOfPool>[]>(places.pool_ids)),
      wheel_(now) {}

ConnectionPool::~ConnectionPool() {
  close_idle_unless([](uint32_t) { return false; });
}

base::Result<BackendConnection*, LeaseError> ConnectionPool::lease(const LeaseRequest& request,
                                                                   base::Instant now) noexcept {
  DCHECK(request.backend < places_.backend_ids && request.pool < places_.pool_ids);
  BackendCounters& counters = places_.backends[request.backend];
  if (BackendConnection* idle = take_idle(request.backend, request.reuse, now)) {
    idle->state = BackendConnection::State::Leased;
    idle->lessee = request.lessee;
    idle->acknowledged_mark = idle->stream.acknowledged_mark();
    idle->all_was_acknowledged = idle->stream.bytes_unacknowledged() == 0;
    counters.reuses.add();
    return idle;
  }
  if (request.opening == Opening::Forbidden) return base::Failure{LeaseError::NotOpened};
  if (!make_room(request)) return base::Failure{LeaseError::AtBound};
  BackendConnection* connection = acquire();
  if (connection == nullptr) return base::Failure{LeaseError::OverLimit};
  const tcp::StreamUser user{tcp::StreamUser::Kind::Upstream, connections_.index_of(*connection)};
  const auto stream = stack_.connect(request.endpoint, user, now);
  if (!stream) {
    connections_.release(connection);
    return base::Failure{as_lease_error(stream.error())};
  }
  connection->stream = stream.value();
  connection->backend = request.backend;
  connection->pool = request.pool;
  connection->lessee = request.lessee;
  counters.connects.add();
  counters.connections_open.add();
  places_.pools[request.pool].connections_open.add();
  return connection;
}

// Idle connections to the pool's other backends give way; those of other workers do when they look
// around. A worker that has none may open one, or its requests would wait for others that need not
// do anything.
bool ConnectionPool::make_room(const LeaseRequest& request) noexcept {
  const auto may_open = [&] {
    return places_.pools[request.pool].connections_open.read() == 0 ||
           has_room(request.connections_max, places_.pools_of_workers, request.pool,
                    &PoolCounters::connections_open);
  };
  // More than one, where the bound has been lowered since.
  while (!may_open()) {
    if (pools_[request.pool].empty()) return false;
    discard(*pools_[request.pool].front(), Farewell::Close);
  }
  return true;
}

// Connections that nobody uses do not keep others from being opened.
BackendConnection* ConnectionPool::acquire() noexcept {
  BackendConnection* connection = connections_.acquire();
  if (connection != nullptr || idle_.empty()) return connection;
  discard(*idle_.front(), Farewell::Close);  // the one that is idle longest
  return connections_.acquire();
}

void ConnectionPool::on_connected(BackendConnection& connection) noexcept {
  DCHECK(connection.state == BackendConnection::State::Connecting);
  connection.state = BackendConnection::State::Leased;
  connection.acknowledged_mark = connection.stream.acknowledged_mark();
  connection.all_was_acknowledged = true;
}

void ConnectionPool::give_back(BackendConnection& connection, IdlePolicy policy,
                               base::Instant now) noexcept {
  DCHECK(connection.state == BackendConnection::State::Leased);
  ++connection.exchanges;
  PerBackend& backend = backends_[connection.backend];
  if (is_spoiled(connection) || backend.idle_count >= policy.idle_max) {
    discard(connection, Farewell::Close);
    return;
  }
  connection.state = BackendConnection::State::Idle;
  connection.idle_since = now;
  connection.idle_until = now + policy.timeout;
  connection.connections_max = policy.connections_max;
  backend.idle.push_front(connection);
  ++backend.idle_count;
  with_idle_.set(connection.backend);
  pools_[connection.pool].push_back(connection);
  idle_.push_back(connection);
  wait_idle(connection, now);
  places_.backends[connection.backend].connections_idle.add();
}

void ConnectionPool::discard(BackendConnection& connection, Farewell farewell) noexcept {
  if (connection.state == BackendConnection::State::Idle) leave_idle(connection);
  if (farewell == Farewell::Abort || !connection.stream.received().empty()) {
    connection.stream.abort();
  } else {
    connection.stream.close();
  }
  connection.stream.release();
  places_.backends[connection.backend].connections_open.subtract();
  places_.pools[connection.pool].connections_open.subtract();
  connections_.release(&connection);
}

void ConnectionPool::on_idle_ready(BackendConnection& connection) noexcept {
  DCHECK(connection.state == BackendConnection::State::Idle);
  if (is_spoiled(connection)) discard(connection, Farewell::Close);
}

void ConnectionPool::on_timers(base::Instant now) noexcept {
  while (BackendConnection* connection = wheel_.expire_one(now)) {
    const bool is_over = now >= connection->idle_until;
    if (is_over) places_.backends[connection->backend].idle_timeouts.add();
    if (is_over || is_wanted_elsewhere(*connection)) {
      discard(*connection, Farewell::Close);
    } else {
      wait_idle(*connection, now);
    }
  }
}

void ConnectionPool::wait_idle(BackendConnection& connection, base::Instant now) noexcept {
  const bool is_shared = connection.connections_max != 0 && places_.pools_of_workers.size() > 1;
  wheel_.arm(connection, is_shared ? base::earlier(connection.idle_until, now + kLookAround)
                                   : connection.idle_until);
}

bool ConnectionPool::is_wanted_elsewhere(const BackendConnection& connection) const noexcept {
  if (has_room(connection.connections_max, places_.pools_of_workers, connection.pool,
               &PoolCounters::connections_open)) {
    return false;
  }
  uint64_t pending = 0;
  for (const PoolCounters* pools : places_.pools_of_workers) {
    pending += pools[connection.pool].pending.read();
  }
  return pending > places_.pools[connection.pool].pending.read();
}

BackendConnection* ConnectionPool::take_idle(uint32_t backend, Reuse reuse,
                                             base::Instant now) noexcept {
  if (reuse == Reuse::None) return nullptr;
  while (BackendConnection* connection = backends_[backend].idle.front()) {
    // The list is ordered by age: when the front is too old, all the others are older.
    if (reuse == Reuse::Recent && now - connection->idle_since > kRecentIdle) return nullptr;
    if (!is_spoiled(*connection)) {
      leave_idle(*connection);
      return connection;
    }
    discard(*connection, Farewell::Close);
  }
  return nullptr;
}

void ConnectionPool::leave_idle(BackendConnection& connection) noexcept {
  PerBackend& backend = backends_[connection.backend];
  backend.idle.remove(connection);
  if (--backend.idle_count == 0) with_idle_.reset(connection.backend);
  pools_[connection.pool].remove(connection);
  idle_.remove(connection);
  wheel_.cancel(connection);
  places_.backends[connection.backend].connections_idle.subtract();
}

}  // namespace penstock::upstream
