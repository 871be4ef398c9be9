// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/stack.h"

#include <span>
#include <utility>

#include "dataplane/tcp/handshake_arrives.h"
#include "dataplane/tcp/isn.h"
#include "dataplane/tcp/lifecycle.h"
#include "dataplane/tcp/local_choice.h"
#include "dataplane/tcp/path_mtu.h"
#include "dataplane/tcp/segment.h"
#include "dataplane/tcp/segment_arrives.h"
#include "dataplane/tcp/shared.h"
#include "dataplane/tcp/timers.h"
#include "dataplane/tcp/transmit.h"

namespace penstock::tcp {

Stack::Stack(const StackSettings& settings, nic::PacketPool& pool, net::Host& host)
    : shared_(std::make_unique<Shared>(settings, pool, host)) {}

Stack::~Stack() = default;

base::Result<base::Done, ListenError> Stack::listen(base::Endpoint local, uint32_t tag,
                                                    const Admission& admission) noexcept {
  return shared_->listeners.add({.local = local, .tag = tag, .admission = admission});
}

bool Stack::set_admission(base::Endpoint local, const Admission& admission) noexcept {
  return shared_->listeners.set_admission(local, admission);
}

bool Stack::stop_listening(base::Endpoint local) noexcept {
  return shared_->listeners.remove(local);
}

base::Result<Stream, ConnectError> Stack::connect(base::Endpoint remote, StreamUser user,
                                                  base::Instant now,
                                                  std::optional<base::IpAddress> local) noexcept {
  // Asked first: choosing an endpoint may end a TIME-WAIT, which must not be for nothing.
  const auto& connections = shared_->connections;
  if (connections.in_use() == connections.capacity()) return base::Failure{ConnectError::NoMemory};
  const auto chosen = choose_local(*shared_, remote, local, now);
  if (!chosen) return base::Failure{chosen.error()};
  const FlowKey flow{*chosen, remote};
  Connection* connection = create_connection(*shared_, flow, Origin::Active, now);
  if (connection == nullptr) return base::Failure{ConnectError::NoMemory};
  const Seq iss = initial_sequence(flow, shared_->settings.isn_key, now);
  connection->user = user;
  connection->handshake.iss = iss;
  connection->sending.una = connection->sending.nxt = iss;
  connection->sending.buffer.start(iss + 1);
  connection->receiving.window.start(Seq(), shared_->settings.receive_window_bytes, 0);
  connection->enter(State::SynSent);
  connection->due.syn = true;
  connection->touch();
  return Stream(connection);
}

bool Stack::claims(const base::Endpoint& local, const base::Endpoint& remote,
                   base::Instant now) const noexcept {
  if (shared_->find({local, remote}) != base::FlowMap::kNone) return true;
  return now < shared_->cookies_good_until && shared_->listeners.find(local) != nullptr;
}

void Stack::stage(net::IpDatagram&& datagram) noexcept {
  shared_->counters.segments_in.add();
  const auto header = parse_segment_header(datagram);
  if (!header) return shared_->drops.count(header.error());
  CHECK(shared_->staged_count < shared_->staged.size());
  Shared::Staged& staged = shared_->staged[shared_->staged_count];
  const Segment& segment = staged.segment.emplace(std::move(datagram), *header);
  // A burst often belongs to few connections.
  const Shared::Staged* before = shared_->staged_count > 0 ? &staged - 1 : nullptr;
  ++shared_->staged_count;
  if (before != nullptr && before->segment->flow == segment.flow) {
    staged.hash = before->hash;
    return;
  }
  staged.hash = hash_of(segment.flow, shared_->settings.flow_key);
  shared_->flows.prefetch(staged.hash);
}

void Stack::carry_staged(base::Instant now) noexcept {
  const std::span<Shared::Staged> burst = std::span(shared_->staged).first(shared_->staged_count);
  const Shared::Staged* before = nullptr;
  for (const Shared::Staged& staged : burst) {
    if (before == nullptr || before->hash != staged.hash) shared_->prefetch(staged.hash);
    before = &staged;
  }
  for (Shared::Staged& staged : burst) {
    arrives(std::move(*staged.segment), staged.hash, now);
    staged.segment.reset();
  }
  shared_->staged_count = 0;
}

IcmpUse Stack::on_icmp_error(const wire::IcmpError& error, base::Instant now) noexcept {
  return tcp::on_icmp_error(*shared_, error, now);
}

void Stack::on_segment(net::IpDatagram datagram, base::Instant now) noexcept {
  stage(std::move(datagram));
  carry_staged(now);
}

void Stack::arrives(Segment&& segment, uint32_t hash, base::Instant now) noexcept {
  // Looked up only now: the segment before may have opened or ended this very connection.
  const uint32_t index = shared_->find(segment.flow, hash);
  if (index == base::FlowMap::kNone) return arrives_for_nobody(*shared_, segment, now);
  if ((index & Shared::kTimeWaitBit) != 0) {
    TimeWaitRecord& record = shared_->time_wait.at(index & ~Shared::kTimeWaitBit);
    return arrives_in_time_wait(*shared_, record, segment, now);
  }
  segment_arrives(shared_->connections.at(index), std::move(segment), now);
}

void Stack::on_timers(base::Instant now) noexcept {
  while (Connection* connection = shared_->timers.expire_one(now)) on_deadline(*connection, now);
  while (shared_->time_wait.next_deadline() <= now) {
    end_time_wait(*shared_, *shared_->time_wait.oldest());
  }
}

std::optional<Ready> Stack::take_ready() noexcept {
  Connection* connection = shared_->ready.pop_front();
  if (connection == nullptr) return std::nullopt;
  const Events events = std::exchange(connection->events, Events{});
  return Ready{.stream = Stream(connection),
               .user = connection->user,
               .accepted = events.accepted,
               .connected = events.connected,
               .readable = events.readable,
               .writable = events.writable,
               .peer_closed = events.peer_closed,
               .closed = events.closed};
}

void Stack::flush(base::Instant now) noexcept {
  if (shared_->any_delayed()) shared_->touch_delayed();
  while (Connection* connection = shared_->touched.pop_front()) flush_connection(*connection, now);
}

base::Instant Stack::next_deadline() const noexcept {
  // What waits for a flush or for its user is due at once.
  const bool is_due = !shared_->touched.empty() || !shared_->ready.empty();
  // Whose port is behind is tried again with every turn, and the port's queue sees to it that there
  // is one.
  if (is_due || shared_->any_delayed()) return base::Instant::from_ns(0);
  return base::earlier(shared_->timers.next_deadline(), shared_->time_wait.next_deadline());
}

uint32_t Stack::connections_open() const noexcept { return shared_->connections.in_use(); }
const StackCounters& Stack::counters() const noexcept { return shared_->counters; }
const wire::DropCounters& Stack::drops() const noexcept { return shared_->drops; }
const StackSettings& Stack::settings() const noexcept { return shared_->settings; }

}  // namespace penstock::tcp
