// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/acknowledge.h"

#include <algorithm>

#include "dataplane/tcp/answer.h"
#include "dataplane/tcp/lifecycle.h"
#include "dataplane/tcp/shared.h"

namespace penstock::tcp {

namespace {

using wire::DropReason;

uint32_t scaled_window(const Sending& sending, const Segment& segment) noexcept {
  return uint32_t{segment.window} << sending.window_shift;
}

Step complete_handshake(Connection& connection, const Segment& segment,
                        base::Instant now) noexcept {
  Sending& sending = connection.sending;
  if (segment.ack <= sending.una || segment.ack > sending.max) {
    connection.shared.drops.count(DropReason::TcpAckUnacceptable);
    answer_by_reset(connection.shared, segment, now);
    return Step::Done;
  }
  sending.una = connection.handshake.iss + 1;
  sending.rtt.on_acknowledged(sending.una, now);
  sending.window = sending.window_max = scaled_window(sending, segment);
  sending.window_seq = segment.seq;
  sending.window_ack = segment.ack;
  connection.due.syn = false;
  establish(connection);
  return Step::GoOn;
}

// RFC 5681 2: the same number again, with data in flight and nothing else new.
bool is_duplicate(const Sending& sending, const Segment& segment) noexcept {
  return segment.ack == sending.una && sending.una < sending.max && segment.length() == 0 &&
         scaled_window(sending, segment) == sending.window && sending.window > 0;
}

void act_on_loss(Connection& connection, Loss::Verdict verdict, uint32_t bytes) noexcept {
  Sending& sending = connection.sending;
  switch (verdict) {
    case Loss::Verdict::Nothing:
      return;
    case Loss::Verdict::FirstLost:
      connection.shared.counters.fast_retransmits.add();
      sending.congestion.on_recovery_started(bytes_between(sending.una, sending.max));
      connection.due.retransmit = true;
      return;
    case Loss::Verdict::StillInRecovery:
      return sending.congestion.on_duplicate_in_recovery();
    case Loss::Verdict::PartlyRecovered:
      sending.congestion.on_partly_acknowledged(bytes);
      connection.due.retransmit = true;
      return;
    case Loss::Verdict::Recovered:
      return sending.congestion.on_recovery_ended(bytes_between(sending.una, sending.max));
  }
}

void report_if_writable(Connection& connection) noexcept {
  if (!connection.sending.user_waits) return;
  if (connection.write_space() < connection.send_capacity() / 2) return;
  connection.sending.user_waits = false;
  connection.events.writable = true;
  connection.report();
}

void advance(Connection& connection, Seq ack, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  const uint32_t bytes = bytes_between(sending.una, ack);
  const uint32_t in_flight = bytes_between(sending.una, sending.max);
  sending.una = ack;
  sending.nxt = later(sending.nxt, ack);
  sending.buffer.acknowledge(earlier(ack, sending.buffer.end()));
  sending.rtt.on_acknowledged(ack, now);
  sending.unanswered_since = base::Instant::never();
  sending.loss_timeouts = 0;
  sending.probes = 0;
  connection.deadlines.retransmit.stop();
  if (!connection.deadlines.linger.is_never()) connection.deadlines.linger = now + kLinger;
  const bool was_recovering = sending.loss.in_recovery();
  act_on_loss(connection, sending.loss.on_advanced(ack), bytes);
  // A window that the user does not fill is not tested, so it does not grow (RFC 7661).
  const bool was_limited = in_flight >= sending.congestion.window() / 2;
  if (!was_recovering && was_limited) sending.congestion.on_acknowledged(bytes);
  report_if_writable(connection);
}

void update_window(Connection& connection, const Segment& segment) noexcept {
  Sending& sending = connection.sending;
  // RFC 9293: only a segment that is not older than the last one that set the window.
  const bool newer = sending.window_seq < segment.seq ||
                     (sending.window_seq == segment.seq && sending.window_ack <= segment.ack);
  if (!newer) return;
  const uint32_t before = sending.window;
  sending.window = scaled_window(sending, segment);
  sending.window_max = std::max(sending.window_max, sending.window);
  sending.window_seq = segment.seq;
  sending.window_ack = segment.ack;
  if (before != 0 || sending.window == 0) return;
  // The window opens: what was sent as a probe did not fit and goes again.
  if (sending.probes > 0) sending.nxt = sending.una;
  sending.probes = 0;
  connection.deadlines.retransmit.stop();
}

// What an acknowledged FIN of ours means to the state.
Step leave_closing_states(Connection& connection, base::Instant now) noexcept {
  if (!connection.sending.is_fin_acknowledged()) return Step::GoOn;
  switch (connection.state()) {
    case State::FinWait1:
      connection.enter(State::FinWait2);
      return Step::GoOn;
    case State::Closing:
      enter_time_wait(connection, now);
      return Step::Done;
    case State::LastAck:
      finish(connection, CloseReason::Finished);
      return Step::Done;
    default:
      return Step::GoOn;
  }
}

}  // namespace

Step check_acknowledgment(Connection& connection, const Segment& segment,
                          base::Instant now) noexcept {
  Sending& sending = connection.sending;
  if (!segment.flags.ack()) {
    connection.shared.drops.count(DropReason::TcpAckUnacceptable);
    return Step::Done;
  }
  if (connection.state() == State::SynReceived &&
      complete_handshake(connection, segment, now) == Step::Done) {
    return Step::Done;
  }
  if (segment.ack > sending.max || segment.ack < sending.una - sending.window_max) {
    connection.shared.drops.count(DropReason::TcpAckUnacceptable);
    challenge(connection, now);
    return Step::Done;
  }
  // Whoever answers is alive, even if its window stays shut (RFC 9293 3.8.6.1).
  if (sending.probes > 0) sending.unanswered_since = base::Instant::never();
  if (segment.ack > sending.una) {
    advance(connection, segment.ack, now);
  } else if (is_duplicate(sending, segment)) {
    act_on_loss(connection, sending.loss.on_duplicate(sending.una, sending.max), 0);
  }
  if (segment.ack >= sending.una) update_window(connection, segment);
  return leave_closing_states(connection, now);
}

}  // namespace penstock::tcp
