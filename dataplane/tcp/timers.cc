// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/timers.h"

#include <algorithm>

#include "dataplane/tcp/lifecycle.h"
#include "dataplane/tcp/shared.h"

namespace penstock::tcp {

namespace {

using Kind = RetransmitTimer::Kind;

bool is_handshake(State state) noexcept {
  return state == State::SynSent || state == State::SynReceived;
}

Kind kind_wanted(const Connection& connection) noexcept {
  const Sending& sending = connection.sending;
  if (is_handshake(connection.state())) return Kind::Retransmit;
  if (sending.una == sending.end()) return Kind::Idle;
  const bool in_flight = sending.una < sending.max;
  return in_flight && sending.window > 0 ? Kind::Retransmit : Kind::Probe;
}

base::Duration wait_for(const Connection& connection, Kind kind) noexcept {
  const base::Duration timeout = connection.sending.rtt.timeout();
  if (kind == Kind::Retransmit) return timeout;
  // Probes back off on their own: an unanswered probe says nothing about the round trip.
  const int doublings = std::min<int>(connection.sending.probes, 10);
  return std::min(timeout * (int64_t{1} << doublings), kRtoMax);
}

base::Duration patience(const Connection& connection) noexcept {
  if (connection.state() == State::SynSent) return kSynGiveUp;
  return connection.state() == State::SynReceived ? kHalfOpenGiveUp : kDataGiveUp;
}

// True when the peer has not answered for too long; starts counting at the first expiry. A time-out
// that has grown with earlier losses must not turn a hundred seconds into three attempts.
bool is_out_of_patience(Connection& connection, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  if (sending.unanswered_since.is_never()) {
    sending.unanswered_since = now;
    sending.unanswered = 0;
  }
  if (sending.unanswered < UINT8_MAX) ++sending.unanswered;
  if (now - sending.unanswered_since < patience(connection)) return false;
  return is_handshake(connection.state()) || sending.unanswered >= kDataAttemptsMin;
}

void give_up(Connection& connection) noexcept {
  connection.shared.counters.timed_out.add();
  finish(connection, connection.state() == State::SynSent ? CloseReason::ConnectTimeout
                                                          : CloseReason::TimedOut);
}

void on_retransmit_timeout(Connection& connection) noexcept {
  Sending& sending = connection.sending;
  connection.shared.counters.retransmit_timeouts.add();
  sending.rtt.on_retransmitted();
  if (is_handshake(connection.state())) {
    sending.rtt.back_off();
    connection.handshake.syn_was_lost = true;
    connection.due.syn = true;
    return;
  }
  // RFC 5681 3.1: the threshold falls at the first expiry for a segment, not at the next ones.
  const bool first = sending.loss_timeouts == 0;
  if (first) {
    sending.congestion.on_timeout(bytes_between(sending.una, sending.max));
  } else {
    sending.congestion.on_timeout_repeated();
  }
  if (sending.loss_timeouts < UINT8_MAX) ++sending.loss_timeouts;
  sending.loss.on_timeout(sending.max);
  sending.rtt.back_off();
  // Everything not acknowledged is taken for lost and sent again as the window opens.
  sending.nxt = sending.una;
  connection.due.retransmit = false;
}

void on_retransmit_deadline(Connection& connection, base::Instant now) noexcept {
  const Kind kind = connection.deadlines.retransmit.kind;
  connection.deadlines.retransmit.stop();
  if (is_out_of_patience(connection, now)) {
    give_up(connection);
  } else if (kind == Kind::Probe) {
    connection.due.probe = true;
  } else {
    on_retransmit_timeout(connection);
  }
}

}  // namespace

void on_deadline(Connection& connection, base::Instant now) noexcept {
  Deadlines& deadlines = connection.deadlines;
  connection.touch();
  if (deadlines.flush_again <= now) deadlines.flush_again = base::Instant::never();
  if (deadlines.delayed_ack <= now) {
    deadlines.delayed_ack = base::Instant::never();
    if (connection.receiving.ack == AckDue::Delayed) connection.receiving.ack = AckDue::Now;
  }
  if (deadlines.linger <= now) {
    connection.due.reset = true;
    finish(connection, CloseReason::TimedOut);
    return;
  }
  if (deadlines.retransmit.at <= now) on_retransmit_deadline(connection, now);
}

void arm_timers(Connection& connection, base::Instant now) noexcept {
  Deadlines& deadlines = connection.deadlines;
  const Kind kind = kind_wanted(connection);
  if (kind == Kind::Idle) {
    deadlines.retransmit.stop();
  } else if (deadlines.retransmit.kind != kind) {
    deadlines.retransmit = {kind, now + wait_for(connection, kind)};
  }
  if (connection.released && is_synchronized(connection.state()) && deadlines.linger.is_never()) {
    deadlines.linger = now + kLinger;
  }
  connection.shared.timers.arm(connection, deadlines.next_deadline());
}

}  // namespace penstock::tcp
