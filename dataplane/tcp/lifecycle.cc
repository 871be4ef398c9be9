// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/lifecycle.h"

#include "dataplane/tcp/path_mtu.h"
#include "dataplane/tcp/shared.h"

namespace penstock::tcp {

namespace {

// What the peer did not acknowledge is left to the user, who may send it elsewhere.
void clear(Connection& connection) noexcept {
  connection.deadlines = {};
  connection.shared.timers.cancel(connection);
  connection.due = {.reset = connection.due.reset};
  if (connection.released || connection.close_reason != CloseReason::Reset) {
    connection.sending.buffer.discard();
  }
  connection.sending.scoreboard.discard(connection.shared.segments);
  connection.receiving.buffer.discard_out_of_order(connection.shared.assemblers);
}

}  // namespace

Connection* create_connection(Shared& shared, const FlowKey& flow, Origin origin,
                              base::Instant now) noexcept {
  const uint32_t hash = hash_of(flow, shared.settings.flow_key);
  Connection* connection = shared.connections.acquire(shared, flow, hash);
  if (connection == nullptr) return nullptr;
  connection->handshake.origin = origin;
  connection->handshake.started = now;
  connection->handshake.mss = mss_towards(shared, flow.remote.address);
  connection->handshake.window_shift =
      ReceiveWindow::shift_for(shared.settings.receive_window_bytes);
  // Who is asked has no clock before it has agreed to time stamps.
  if (origin == Origin::Active) set_clock(*connection);
  shared.flows.insert(hash, shared.connections.index_of(*connection));
  shared.open.push_back(*connection);
  shared.counters.connections_open.add();
  return connection;
}

void set_clock(Connection& connection) noexcept {
  connection.timestamps.set_offset(
      Timestamps::offset_of(connection.flow, connection.shared.settings.isn_key));
}

void measure_handshake(Connection& connection, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  if (connection.handshake.syn_repeated) return;
  sending.rtt.on_sample(now - sending.last_sent, sending.una, sending.nxt, now);
}

void establish(Connection& connection) noexcept {
  Sending& sending = connection.sending;
  Handshake& handshake = connection.handshake;
  handshake.completed = true;
  sending.congestion.start(connection.shared.settings.congestion, sending.mss);
  sending.loss.start(handshake.iss);
  if (handshake.syn_was_lost) {
    sending.rtt.on_syn_was_lost();
    sending.congestion.on_syn_was_lost();
  }
  connection.deadlines.retransmit.stop();
  sending.unanswered_since = base::Instant::never();
  connection.enter(State::Established);
  if (handshake.origin == Origin::Passive) {
    connection.shared.counters.opened_passive.add();
    connection.released = false;
    connection.events.accepted = true;
  } else {
    connection.shared.counters.opened_active.add();
    connection.events.connected = true;
  }
  connection.report();
  // RFC 9293 3.10.4: a CLOSE that came in SYN-RECEIVED was queued until now.
  if (sending.fin_queued) connection.enter(State::FinWait1);
}

void finish(Connection& connection, CloseReason reason) noexcept {
  if (connection.state() == State::Closed) return;
  Shared& shared = connection.shared;
  // After TIME-WAIT the entry of the table belongs to the record.
  if (connection.state() != State::TimeWait) {
    shared.flows.erase(connection.hash, shared.connections.index_of(connection));
  }
  connection.enter(State::Closed);
  connection.close_reason = reason;
  clear(connection);
  if (!connection.handshake.completed) shared.counters.open_failed.add();
  if (connection.released) {
    connection.touch();
  } else {
    connection.events.closed = true;
    connection.report();
  }
}

void enter_time_wait(Connection& connection, base::Instant now) noexcept {
  Shared& shared = connection.shared;
  if (shared.time_wait.is_full()) {
    shared.counters.time_wait_evicted.add();
    end_time_wait(shared, *shared.time_wait.oldest());
  }
  TimeWaitRecord& record =
      shared.time_wait.add(connection.flow, connection.hash, now + shared.settings.time_wait);
  record.snd_nxt = connection.sending.nxt;
  record.rcv_nxt = connection.receiving.nxt;
  record.timestamps = connection.timestamps;
  record.next_hop = connection.next_hop;
  record.window = 0xffff;
  shared.flows.replace(connection.hash, shared.connections.index_of(connection),
                       shared.time_wait.index_of(record) | Shared::kTimeWaitBit);
  shared.counters.time_wait.add();
  connection.enter(State::TimeWait);
  finish(connection, CloseReason::Finished);
}

void end_time_wait(Shared& shared, TimeWaitRecord& record) noexcept {
  shared.flows.erase(record.hash, shared.time_wait.index_of(record) | Shared::kTimeWaitBit);
  shared.time_wait.remove(record);
  shared.counters.time_wait.subtract();
}

void reclaim(Connection& connection) noexcept {
  Shared& shared = connection.shared;
  CHECK(connection.state() == State::Closed && connection.released);
  connection.receiving.buffer.discard(shared.assemblers);
  connection.sending.buffer.discard();
  if (connection.base::ListNode<TouchedTag>::is_linked()) shared.touched.remove(connection);
  if (connection.base::ListNode<ReadyTag>::is_linked()) shared.ready.remove(connection);
  shared.timers.cancel(connection);
  shared.open.remove(connection);
  shared.counters.connections_open.subtract();
  shared.connections.release(&connection);
}

}  // namespace penstock::tcp
