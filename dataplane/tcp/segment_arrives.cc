// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/segment_arrives.h"

#include <algorithm>
#include <utility>

#include "dataplane/tcp/acknowledge.h"
#include "dataplane/tcp/handshake_arrives.h"
#include "dataplane/tcp/lifecycle.h"
#include "dataplane/tcp/shared.h"

namespace penstock::tcp {

namespace {

using wire::DropReason;
using wire::TcpFlag;

// RFC 5961 7: one connection is not challenged more often, whatever is thrown at it.
constexpr base::Duration kChallengeInterval = base::Duration::from_ms(100);

void drop(Connection& connection, DropReason reason) noexcept {
  connection.shared.drops.count(reason);
}

// Before the first step: a SYN that we have seen already, while our answer may be lost.
Step check_repeated_syn(Connection& connection, Segment& segment) noexcept {
  const bool repeated = connection.state() == State::SynReceived && segment.flags.syn() &&
                        !segment.flags.rst() && segment.seq == connection.handshake.irs;
  if (!repeated) return Step::GoOn;
  if (segment.flags.ack()) {
    // Both sides opened at once, and this is the peer's SYN,ACK: only its ACK is new.
    segment.flags = segment.flags.without(TcpFlag::Syn);
    segment.seq += 1;
    return Step::GoOn;
  }
  connection.shared.counters.segments_duplicate.add();
  connection.due.syn = true;
  return Step::Done;
}

// RFC 7323 5.3: before anything else, a segment of long ago is sent away by its time stamp.
Step check_timestamps(Connection& connection, const Segment& segment, base::Instant now) noexcept {
  if (!connection.timestamps.enabled() || segment.flags.rst()) return Step::GoOn;
  if (!segment.options.timestamps) {
    // RFC 7323 3.2: once agreed upon, they are on every segment.
    drop(connection, DropReason::TcpTimestampMissing);
    return Step::Done;
  }
  if (!connection.timestamps.is_old(*segment.options.timestamps, now)) return Step::GoOn;
  drop(connection, DropReason::TcpTimestampOld);
  // An ACK that another has overtaken says nothing new: answering it would only pass for a
  // duplicate.
  const bool was_overtaken = segment.length() == 0 && segment.ack <= connection.sending.una;
  if (!was_overtaken) challenge(connection, now);
  return Step::Done;
}

bool is_acceptable(const Receiving& receiving, const Segment& segment) noexcept {
  const Seq edge = receiving.window.edge();
  // A bare ACK may stand at the edge: its sender has filled our window.
  if (segment.length() == 0) return receiving.nxt <= segment.seq && segment.seq <= edge;
  return segment.seq < edge && segment.end() > receiving.nxt;
}

void note_alive(Connection& connection, base::Instant now) noexcept {
  connection.receiving.last_arrival = now;
  connection.sending.keep_alive_probes = 0;
}

// First: the sequence number. What lies outside the window is cut off.
Step check_sequence(Connection& connection, Segment& segment, base::Instant now) noexcept {
  Receiving& receiving = connection.receiving;
  const bool window_shut = receiving.window.edge() == receiving.nxt;
  if (window_shut && segment.seq == receiving.nxt && segment.length() > 0 && !segment.flags.rst() &&
      !segment.flags.syn()) {
    // A probe: its bytes find no room, but its ACK counts, and it must be answered.
    drop(connection, DropReason::TcpOutOfWindow);
    segment.truncate(0);
    receiving.ack = AckDue::Now;
    return Step::GoOn;
  }
  if (!is_acceptable(receiving, segment)) {
    drop(connection,
         segment.flags.rst() ? DropReason::TcpResetUnacceptable : DropReason::TcpOutOfWindow);
    if (segment.flags.rst()) return Step::Done;
    // Bytes are answered always (our ACK was lost); bare ACKs with a bound, or two confused ends
    // would answer each other for ever.
    if (segment.length() > 0) {
      connection.shared.counters.segments_duplicate.add();
      receiving.ack = AckDue::Now;
      if (segment.end() <= receiving.nxt) receiving.duplicate = {segment.seq, segment.end()};
    } else {
      challenge(connection, now);
    }
    return Step::Done;
  }
  if (segment.flags.syn() || segment.flags.rst()) return Step::GoOn;
  note_alive(connection, now);
  if (connection.echo.on_arrival(segment.ecn, segment.flags)) receiving.ack = AckDue::Now;
  if (segment.options.timestamps && connection.timestamps.enabled()) {
    connection.timestamps.on_acceptable(*segment.options.timestamps, segment.seq,
                                        receiving.acknowledged, now);
  }
  if (segment.seq < receiving.nxt) {
    // RFC 5681 4.2: what repeats old bytes is acknowledged at once.
    receiving.ack = AckDue::Now;
    receiving.duplicate = {segment.seq, receiving.nxt};
    segment.trim_front(bytes_between(segment.seq, receiving.nxt));
  }
  if (segment.end() > receiving.window.edge()) {
    segment.truncate(bytes_between(segment.seq, receiving.window.edge()));
  }
  return Step::GoOn;
}

// Second: a reset must carry the exact number (RFC 5961 3.2).
Step check_reset(Connection& connection, const Segment& segment, base::Instant now) noexcept {
  if (!segment.flags.rst()) return Step::GoOn;
  if (segment.seq != connection.receiving.nxt) {
    drop(connection, DropReason::TcpResetUnacceptable);
    challenge(connection, now);
    return Step::Done;
  }
  connection.shared.counters.resets_in.add();
  // What had come to the peer when it gave up is known by its last acknowledgment.
  SendBuffer& sent = connection.sending.buffer;
  if (segment.flags.ack() && sent.begin() < segment.ack && segment.ack <= sent.end()) {
    sent.acknowledge(segment.ack);
  }
  const bool opening = connection.state() == State::SynReceived;
  finish(connection, opening ? CloseReason::Refused : CloseReason::Reset);
  return Step::Done;
}

// Fourth: a SYN within the window is old, forged, or from a peer that has forgotten us. The
// challenge lets an honest peer reset (RFC 5961 4.2).
Step check_syn(Connection& connection, const Segment& segment, base::Instant now) noexcept {
  if (!segment.flags.syn()) return Step::GoOn;
  drop(connection, DropReason::TcpOutOfWindow);
  if (connection.state() == State::SynReceived && connection.handshake.origin == Origin::Passive) {
    // RFC 9293 3.10.7.4: back to LISTEN, which here means to forget the attempt.
    finish(connection, CloseReason::Refused);
  } else {
    challenge(connection, now);
  }
  return Step::Done;
}

// How soon in-order bytes are acknowledged (RFC 9293 3.8.6.3, RFC 5681 4.2).
AckDue ack_for_in_order(const Receiving& receiving) noexcept {
  const uint32_t unacknowledged = bytes_between(receiving.acknowledged, receiving.nxt);
  const bool two_segments = unacknowledged >= 2u * receiving.segment_bytes;
  return two_segments || receiving.ack == AckDue::Now ? AckDue::Now : AckDue::Delayed;
}

void receive_in_order(Connection& connection, uint32_t bytes) noexcept {
  Receiving& receiving = connection.receiving;
  receiving.nxt += bytes;
  connection.shared.counters.bytes_in.add(bytes);
  receiving.ack = ack_for_in_order(receiving);
  connection.events.readable = true;
  connection.report();
}

// Seventh: the text.
Step take_text(Connection& connection, Segment& segment) noexcept {
  if (!segment.payload || !may_receive(connection.state())) return Step::GoOn;
  Receiving& receiving = connection.receiving;
  if (connection.released) {
    // RFC 9293 3.6.1: bytes for a user who has gone must not look delivered.
    connection.due.reset = true;
    finish(connection, CloseReason::Aborted);
    return Step::Done;
  }
  const uint32_t size = segment.payload.size();
  const Seq end = segment.seq + size;
  receiving.segment_bytes = static_cast<uint16_t>(
      std::clamp(size, uint32_t{receiving.segment_bytes}, uint32_t{connection.handshake.mss}));
  // RFC 5681 4.2: what fills a gap, wholly or in part, is acknowledged at once.
  if (receiving.buffer.has_gap()) receiving.ack = AckDue::Now;
  const auto accepted =
      receiving.buffer.accept(receiving.nxt, segment.seq, std::move(segment.payload),
                              {connection.receive_slices_max(), connection.shared.assemblers});
  if (accepted.outcome == ReceiveBuffer::Outcome::InOrder) {
    receive_in_order(connection, accepted.advanced);
    return Step::GoOn;
  }
  receiving.ack = AckDue::Now;
  if (accepted.outcome == ReceiveBuffer::Outcome::OutOfOrder) {
    connection.shared.counters.segments_out_of_order.add();
  } else if (accepted.outcome == ReceiveBuffer::Outcome::Duplicate) {
    connection.shared.counters.segments_duplicate.add();
    receiving.duplicate = {segment.seq, end};
  } else {
    // Under pressure the window promised more than there is now. The peer sends it again.
    const bool scarce = connection.shared.pool.pressure() != nic::Pressure::None;
    drop(connection, scarce ? DropReason::TcpBufferPressure : DropReason::TcpOutOfOrderLimit);
    return Step::Done;
  }
  return Step::GoOn;
}

void on_fin(Connection& connection, base::Instant now) noexcept {
  connection.receiving.nxt += 1;
  connection.receiving.ack = AckDue::Now;
  connection.events.peer_closed = true;
  connection.report();
  switch (connection.state()) {
    case State::Established:
      return connection.enter(State::CloseWait);
    case State::FinWait1:
      // Had our FIN been acknowledged, this would be FIN-WAIT-2: they crossed.
      return connection.enter(State::Closing);
    case State::FinWait2:
      return enter_time_wait(connection, now);
    default:
      return;
  }
}

// Eighth: FIN. One that overtook the bytes before it is remembered.
void check_fin(Connection& connection, const Segment& segment, Seq fin_at,
               base::Instant now) noexcept {
  Receiving& receiving = connection.receiving;
  if (!may_receive(connection.state())) return;
  if (segment.flags.fin() && !receiving.fin_seen) {
    receiving.fin_seen = true;
    receiving.fin_at = fin_at;
    if (fin_at != receiving.nxt) receiving.ack = AckDue::Now;
  }
  if (receiving.fin_seen && receiving.fin_at == receiving.nxt) on_fin(connection, now);
}

}  // namespace

void segment_arrives(Connection& connection, Segment&& segment, base::Instant now) noexcept {
  connection.touch();
  if (connection.state() == State::SynSent) {
    return arrives_in_syn_sent(connection, segment, now);
  }
  if (check_repeated_syn(connection, segment) == Step::Done) return;
  if (check_timestamps(connection, segment, now) == Step::Done) return;
  if (check_sequence(connection, segment, now) == Step::Done) return;
  connection.follow(segment.reply_hop);
  if (check_reset(connection, segment, now) == Step::Done) return;
  // Third, security and compartment, is not of this age.
  if (check_syn(connection, segment, now) == Step::Done) return;
  if (check_acknowledgment(connection, segment, now) == Step::Done) return;
  // Sixth: urgent data is ordinary data here (RFC 9293 3.8.5 leaves it to the user).
  const Seq fin_at = segment.seq + segment.payload_bytes();
  if (take_text(connection, segment) == Step::Done) return;
  check_fin(connection, segment, fin_at, now);
}

void challenge(Connection& connection, base::Instant now) noexcept {
  if (now < connection.challenge_again_at) return;
  if (!connection.shared.challenge_acks.try_spend(now)) return;
  connection.challenge_again_at = now + kChallengeInterval;
  connection.shared.counters.challenge_acks.add();
  connection.receiving.ack = AckDue::Now;
}

}  // namespace penstock::tcp
