// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/acknowledge.h"

#include <algorithm>

#include "dataplane/tcp/answer.h"
#include "dataplane/tcp/lifecycle.h"
#include "dataplane/tcp/loss_recovery.h"
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
  if (segment.ack <= sending.una || segment.ack > sending.nxt) {
    connection.shared.drops.count(DropReason::TcpAckUnacceptable);
    answer_by_reset(connection.shared, segment, now);
    return Step::Done;
  }
  sending.una = connection.handshake.iss + 1;
  measure_handshake(connection, now);
  sending.window = sending.window_max = scaled_window(sending, segment);
  sending.window_seq = segment.seq;
  sending.window_ack = segment.ack;
  connection.due.syn = false;
  establish(connection);
  return Step::GoOn;
}

void report_if_writable(Connection& connection) noexcept {
  if (!connection.sending.user_waits) return;
  if (connection.write_space() < connection.send_capacity() / 2) return;
  connection.sending.user_waits = false;
  connection.events.writable = true;
  connection.report();
}

void advance(Connection& connection, const Segment& segment, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  take_acknowledgment(connection, segment, now);
  sending.buffer.acknowledge(earlier(sending.una, sending.buffer.end()));
  sending.unanswered_since = base::Instant::never();
  sending.repeated = false;
  sending.loss_timeouts = 0;
  sending.probes = 0;
  connection.deadlines.retransmit.stop();
  if (!connection.deadlines.linger.is_never()) connection.deadlines.linger = now + kLinger;
  report_if_writable(connection);
}

void update_window(Connection& connection, const Segment& segment, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  // RFC 9293: only a segment that is not older than the last one that set the window. Its ACK says
  // so first, for a retransmission has an old number and the latest window: counted from the new
  // SND.UNA, the old one would allow too much.
  const bool newer = sending.window_ack < segment.ack ||
                     (sending.window_ack == segment.ack && sending.window_seq <= segment.seq);
  if (!newer) return;
  const uint32_t before = sending.window;
  sending.window = scaled_window(sending, segment);
  sending.window_max = std::max(sending.window_max, sending.window);
  sending.window_seq = segment.seq;
  sending.window_ack = segment.ack;
  if (sending.window == 0) {
    if (sending.shut_since.is_never()) sending.shut_since = now;
    return;
  }
  sending.shut_since = base::Instant::never();
  if (before != 0) return;
  // The window opens: what was sent as a probe did not fit and goes again.
  if (sending.probes > 0) resend_all(connection);
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
  if (segment.ack > sending.nxt || segment.ack < sending.una - sending.window_max) {
    connection.shared.drops.count(DropReason::TcpAckUnacceptable);
    challenge(connection, now);
    return Step::Done;
  }
  // Whoever answers is alive, even if its window stays shut (RFC 9293 3.8.6.1).
  if (sending.probes > 0) sending.unanswered_since = base::Instant::never();
  if (segment.ack > sending.una) {
    advance(connection, segment, now);
  } else if (segment.ack == sending.una && !sending.scoreboard.empty()) {
    take_acknowledgment(connection, segment, now);
  }
  if (segment.ack >= sending.una) update_window(connection, segment, now);
  return leave_closing_states(connection, now);
}

}  // namespace penstock::tcp
