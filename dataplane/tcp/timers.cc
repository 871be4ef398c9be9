// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/timers.h"

#include <algorithm>

#include "dataplane/tcp/lifecycle.h"
#include "dataplane/tcp/loss_recovery.h"
#include "dataplane/tcp/shared.h"

namespace penstock::tcp {

namespace {

using Kind = RetransmitTimer::Kind;

// RFC 9293 3.8.4: only where nothing else asks the peer for a sign of life.
bool wants_keep_alive(const Connection& connection) noexcept {
  return connection.shared.settings.keep_alive.idle > base::Duration() &&
         is_synchronized(connection.state());
}

base::Instant keep_alive_at(const Connection& connection) noexcept {
  const KeepAlive& policy = connection.shared.settings.keep_alive;
  const uint8_t probes = connection.sending.keep_alive_probes;
  return connection.receiving.last_arrival + policy.idle + policy.interval * probes;
}

bool is_handshake(State state) noexcept {
  return state == State::SynSent || state == State::SynReceived;
}

// RFC 8985 7.2: nothing is known to be missing, and no probe is under way.
bool may_probe_tail(const Connection& connection) noexcept {
  const Loss& loss = connection.sending.loss;
  return connection.handshake.sack && loss.phase == LossPhase::Open && !loss.tail_probe.under_way &&
         connection.sending.scoreboard.sacked_count() == 0;
}

Kind kind_wanted(const Connection& connection) noexcept {
  const Sending& sending = connection.sending;
  if (is_handshake(connection.state())) return Kind::Retransmit;
  if (sending.una == sending.end()) {
    return wants_keep_alive(connection) ? Kind::KeepAlive : Kind::Idle;
  }
  if (sending.una == sending.nxt || sending.window == 0) return Kind::Probe;
  if (!sending.loss.reorder_at.is_never()) return Kind::Reorder;
  return may_probe_tail(connection) ? Kind::TailProbe : Kind::Retransmit;
}

// RFC 8985 7.2, counted from what was sent last.
base::Instant tail_probe_at(const Sending& sending) noexcept {
  const base::Duration smoothed = sending.rtt.smoothed();
  if (smoothed == base::Duration()) return sending.last_sent + kTailProbeUnmeasured;
  base::Duration wait = std::max(smoothed * 2, kTailProbeMin);
  if (sending.scoreboard.count() == 1) wait = wait + kPeerDelayedAck;
  return sending.last_sent + wait;
}

// Probes of a window back off on their own: an unanswered one says nothing about the round trip.
base::Duration window_probe_wait(const Sending& sending) noexcept {
  const int doublings = std::min<int>(sending.probes, 10);
  return std::min(sending.rtt.timeout() * (int64_t{1} << doublings), kRtoMax);
}

void start_waiting(Connection& connection, Kind kind, base::Instant now) noexcept {
  const Sending& sending = connection.sending;
  RetransmitTimer& timer = connection.deadlines.retransmit;
  // The time-out runs from the first of these waits, and anew when one has brought a probe.
  if (timer.timeout_at.is_never()) timer.timeout_at = now + sending.rtt.timeout();
  timer.kind = kind;
  switch (kind) {
    case Kind::Idle:
      return timer.stop();
    case Kind::Reorder:
      timer.at = base::earlier(sending.loss.reorder_at, timer.timeout_at);
      return;
    case Kind::TailProbe:
      // One that found no buffer is due again when the flush is.
      timer.at = std::max(tail_probe_at(sending), now + kFlushAgain);
      timer.at = base::earlier(timer.at, timer.timeout_at);
      return;
    case Kind::Retransmit:
      timer.at = timer.timeout_at;
      return;
    case Kind::Probe:
      timer.at = now + window_probe_wait(sending);
      timer.timeout_at = base::Instant::never();
      return;
    case Kind::KeepAlive:
      timer.at = keep_alive_at(connection);
      timer.timeout_at = base::Instant::never();
      return;
  }
}

base::Duration patience(const Connection& connection) noexcept {
  if (connection.state() == State::SynSent) return kSynGiveUp;
  if (connection.state() == State::SynReceived) return kHalfOpenGiveUp;
  return connection.shared.settings.user_timeout;
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
  // RFC 9293 3.8.3 (e): what is given up is closed; a peer that lives hears of it.
  connection.due.reset = is_synchronized(connection.state());
  finish(connection, connection.state() == State::SynSent ? CloseReason::ConnectTimeout
                                                          : CloseReason::TimedOut);
}

void on_timeout(Connection& connection, base::Instant now) noexcept {
  connection.shared.counters.retransmit_timeouts.add();
  if (!is_handshake(connection.state())) return on_retransmission_timeout(connection, now);
  connection.sending.rtt.back_off();
  connection.handshake.syn_was_lost = true;
  connection.due.syn = true;
}

void on_keep_alive_deadline(Connection& connection) noexcept {
  Sending& sending = connection.sending;
  if (sending.keep_alive_probes >= connection.shared.settings.keep_alive.probes) {
    return give_up(connection);
  }
  ++sending.keep_alive_probes;
  connection.due.keep_alive = true;
}

// RFC 9293 3.8.6.1 lets no window stay shut for ever unless somebody decides so.
bool is_shut_too_long(const Connection& connection, base::Instant now) noexcept {
  const base::Duration bound = connection.shared.settings.zero_window_timeout;
  const base::Instant since = connection.sending.shut_since;
  return bound > base::Duration() && !since.is_never() && now - since >= bound;
}

// A wait that is measured from the last transmission is armed once, and looked at when it is over.
bool came_too_early(Connection& connection, base::Instant now) noexcept {
  RetransmitTimer& timer = connection.deadlines.retransmit;
  if (timer.kind == Kind::TailProbe) {
    timer.at = base::earlier(tail_probe_at(connection.sending), timer.timeout_at);
  } else if (timer.kind == Kind::KeepAlive) {
    timer.at = keep_alive_at(connection);
  }
  return timer.at > now;
}

void on_retransmit_deadline(Connection& connection, base::Instant now) noexcept {
  if (came_too_early(connection, now)) return;
  const RetransmitTimer timer = connection.deadlines.retransmit;
  connection.deadlines.retransmit.stop();
  switch (timer.kind) {
    case Kind::Idle:
      return;
    case Kind::Reorder:
      connection.deadlines.retransmit.timeout_at = timer.timeout_at;
      if (timer.timeout_at > now) return on_reorder_deadline(connection, now);
      break;
    case Kind::TailProbe:
      connection.due.tail_probe = true;
      return;
    case Kind::KeepAlive:
      return on_keep_alive_deadline(connection);
    case Kind::Retransmit:
    case Kind::Probe:
      break;
  }
  connection.deadlines.retransmit.stop();
  if (is_out_of_patience(connection, now) || is_shut_too_long(connection, now)) {
    give_up(connection);
  } else if (timer.kind == Kind::Probe) {
    connection.due.probe = true;
  } else {
    on_timeout(connection, now);
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
  if (deadlines.retransmit.kind != kind || kind == Kind::Reorder) {
    start_waiting(connection, kind, now);
  }
  if (connection.released && is_synchronized(connection.state()) && deadlines.linger.is_never()) {
    deadlines.linger = now + kLinger;
  }
  connection.shared.timers.arm(connection, deadlines.next_deadline());
}

}  // namespace penstock::tcp
