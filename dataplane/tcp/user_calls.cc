// SPDX-License-Identifier: Apache-2.0
//
// The user calls of RFC 9293 3.10 on one connection: what Stream offers. They change facts and mark
// the connection; its segments leave at the end of the turn.
#include <algorithm>
#include <utility>

#include "dataplane/tcp/connection.h"
#include "dataplane/tcp/lifecycle.h"
#include "dataplane/tcp/shared.h"
#include "dataplane/tcp/stream.h"

namespace penstock::tcp {

bool Stream::is_established() const noexcept { return connection_->handshake.completed; }

bool Stream::peer_closed() const noexcept {
  const Receiving& receiving = connection_->receiving;
  return receiving.fin_seen && receiving.nxt > receiving.fin_at;
}

CloseReason Stream::close_reason() const noexcept { return connection_->close_reason; }
base::Endpoint Stream::local() const noexcept { return connection_->flow.local; }
base::Endpoint Stream::remote() const noexcept { return connection_->flow.remote; }

nic::SliceQueue& Stream::received() noexcept { return connection_->receiving.buffer.in_order(); }

void Stream::consumed() noexcept {
  if (connection_->state() != State::Closed) connection_->touch();
}

uint32_t Stream::write_space() const noexcept {
  const uint32_t space = connection_->write_space();
  if (space == 0) connection_->sending.user_waits = true;
  return space;
}

uint32_t Stream::bytes_unacknowledged() const noexcept {
  return connection_->sending.buffer.bytes();
}

void Stream::write(nic::Slice slice) noexcept {
  // The connection may have ended without its user having heard of it: the bytes go nowhere.
  if (!may_write(connection_->state()) || connection_->sending.fin_queued) return;
  if (!slice || slice.empty()) return;
  connection_->sending.buffer.write(std::move(slice));
  if (connection_->write_space() == 0) connection_->sending.user_waits = true;
  connection_->touch();
}

uint32_t Stream::acknowledged_mark() const noexcept {
  return connection_->sending.buffer.begin().value();
}

bool Stream::acknowledgments_are_sound() const noexcept { return !connection_->sending.repeated; }

nic::SliceQueue Stream::take_unacknowledged() noexcept {
  return connection_->sending.buffer.take_all();
}

void Stream::close() noexcept {
  Connection& connection = *connection_;
  if (connection.sending.fin_queued) return;
  switch (connection.state()) {
    case State::SynSent:
      return finish(connection, CloseReason::Aborted);
    case State::SynReceived:
      // FIN-WAIT-1 follows when the handshake is complete.
      connection.sending.fin_queued = true;
      return;
    case State::Established:
      connection.sending.fin_queued = true;
      connection.enter(State::FinWait1);
      return connection.touch();
    case State::CloseWait:
      connection.sending.fin_queued = true;
      connection.enter(State::LastAck);
      return connection.touch();
    default:
      return;
  }
}

void Stream::abort() noexcept {
  Connection& connection = *connection_;
  if (connection.state() == State::Closed) return;
  // In SYN-SENT the peer has nothing to forget: its answer would meet a reset.
  connection.due.reset = connection.state() != State::SynSent;
  connection.touch();
  finish(connection, CloseReason::Aborted);
}

void Stream::set_user(StreamUser user) noexcept { connection_->user = user; }
StreamUser Stream::user() const noexcept { return connection_->user; }

void Stream::release() noexcept {
  Connection& connection = *std::exchange(connection_, nullptr);
  CHECK(!connection.released);
  connection.released = true;
  connection.user = {};
  connection.events = {};
  if (connection.base::ListNode<ReadyTag>::is_linked()) connection.shared.ready.remove(connection);
  if (connection.state() == State::SynSent || connection.state() == State::SynReceived) {
    Stream(&connection).abort();
  }
  if (connection.state() != State::Closed) {
    Stream(&connection).close();
    connection.receiving.buffer.discard(connection.shared.assemblers);
    return connection.touch();
  }
  // Closed with last words: the flush says them and reclaims.
  if (!connection.base::ListNode<TouchedTag>::is_linked()) reclaim(connection);
}

}  // namespace penstock::tcp
