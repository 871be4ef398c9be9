// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/handshake_arrives.h"

#include <algorithm>
#include <utility>

#include "dataplane/tcp/answer.h"
#include "dataplane/tcp/isn.h"
#include "dataplane/tcp/lifecycle.h"
#include "dataplane/tcp/path_mtu.h"
#include "dataplane/tcp/segment_arrives.h"
#include "dataplane/tcp/shared.h"
#include "dataplane/tcp/syn_cookie.h"

namespace penstock::tcp {

namespace {

using wire::DropReason;

// Segments smaller than this cost more than they carry; no link that IPv4 runs on needs them.
constexpr uint16_t kPeerMssMin = 64;
constexpr uint8_t kWindowShiftMax = 14;

// The first number of a connection that takes over from one in TIME-WAIT lies this far above.
constexpr uint32_t kIsnGap = 1u << 17;

void learn_options(Connection& connection, const wire::TcpOptions& options,
                   base::Instant now) noexcept {
  const StackSettings& settings = connection.shared.settings;
  Handshake& handshake = connection.handshake;
  Sending& sending = connection.sending;
  handshake.peer_scales = options.window_scale.has_value();
  if (handshake.peer_scales) connection.receiving.window.set_shift(handshake.window_shift);
  handshake.sack = settings.sack && options.sack_permitted;
  if (settings.timestamps && options.timestamps) {
    if (handshake.origin == Origin::Passive) set_clock(connection);
    connection.timestamps.enable(*options.timestamps, now);
  }
  sending.mss = std::min(
      std::max(options.mss.value_or(default_mss(connection.flow.remote.address)), kPeerMssMin),
      handshake.mss);
  // RFC 6691 2: the option says nothing of options; what every segment carries comes off here.
  if (connection.timestamps.enabled()) sending.mss -= wire::kTcpTimestampsBytes;
  // RFC 7323 2.3: more than 14 is treated as 14.
  sending.window_shift = std::min(options.window_scale.value_or(0), kWindowShiftMax);
}

// RFC 3168 6.1.1: both flags ask, ECE alone agrees. An offer that was repeated may have been lost
// for its flags, and is withdrawn.
bool agrees_to_ecn(const Connection& connection, wire::TcpFlags flags) noexcept {
  const Handshake& handshake = connection.handshake;
  const bool ece = flags.has(wire::TcpFlag::Ece);
  const bool cwr = flags.has(wire::TcpFlag::Cwr);
  if (!connection.shared.settings.ecn || handshake.syn_was_lost) return false;
  if (handshake.origin == Origin::Passive) return ece && cwr && !flags.ack();
  return ece && !cwr && flags.ack();
}

void learn_from_syn(Connection& connection, const Segment& syn, base::Instant now) noexcept {
  Handshake& handshake = connection.handshake;
  Sending& sending = connection.sending;
  Receiving& receiving = connection.receiving;
  handshake.irs = syn.seq;
  connection.follow(syn.reply_hop);
  learn_options(connection, syn.options, now);
  if (agrees_to_ecn(connection, syn.flags)) connection.echo.agree();
  // RFC 7323 2.2: the window of a SYN is never scaled.
  sending.window = sending.window_max = syn.window;
  sending.window_seq = syn.seq;
  sending.window_ack = syn.ack;
  receiving.nxt = receiving.acknowledged = syn.seq + 1;
  receiving.last_arrival = now;
  const uint32_t capacity = connection.shared.settings.receive_window_bytes;
  const uint32_t granted = handshake.origin == Origin::Active ? std::min(capacity, 0xffffu) : 0;
  receiving.window.start(receiving.nxt, capacity, granted);
}

// In SYN-RECEIVED, with nothing sent yet; nullptr at the limit, which is counted.
Connection* accept(Shared& shared, const Segment& syn, uint32_t tag, Seq iss,
                   base::Instant now) noexcept {
  Connection* connection = create_connection(shared, syn.flow, Origin::Passive, now);
  if (connection == nullptr) {
    shared.drops.count(DropReason::TcpConnectionsFull);
    return nullptr;
  }
  connection->user = {StreamUser::Kind::None, tag};
  connection->released = true;  // until it is accepted, nobody owns it
  connection->enter(State::Listen);
  connection->handshake.iss = iss;
  connection->sending.una = connection->sending.nxt = iss;
  connection->sending.buffer.start(iss + 1);
  learn_from_syn(*connection, syn, now);
  connection->enter(State::SynReceived);
  connection->touch();
  return connection;
}

enum class SynAnswer : uint8_t { Remember, Cookie, None };

SynAnswer answer_to_syn(const Shared& shared) noexcept {
  const StackSettings& settings = shared.settings;
  if (settings.syn_cookies == SynCookies::Always) return SynAnswer::Cookie;
  if (shared.counters.half_open.read() < settings.half_open_max) return SynAnswer::Remember;
  return settings.syn_cookies == SynCookies::Never ? SynAnswer::None : SynAnswer::Cookie;
}

// The SYN that a cookie stands for, as far as it is remembered; the peer's time stamps and window
// come with its ACK.
Segment syn_before(const Segment& ack, const SynFacts& facts) noexcept {
  Segment syn;
  syn.flow = ack.flow;
  syn.seq = ack.seq - 1;
  syn.flags = wire::TcpFlag::Syn;
  syn.window = ack.window;
  syn.options.mss = facts.mss;
  syn.options.window_scale = facts.window_scale;
  syn.options.sack_permitted = facts.sack_permitted;
  syn.options.timestamps = ack.options.timestamps;
  return syn;
}

// RFC 4987 3.6: an ACK that brings a cookie back opens the connection that its SYN asked for.
bool try_open_by_cookie(Shared& shared, Segment& segment, uint32_t tag,
                        base::Instant now) noexcept {
  const bool may_be = now < shared.cookies_good_until && segment.flags.ack() &&
                      !segment.flags.syn() && !segment.flags.rst();
  if (!may_be) return false;
  const Seq iss = segment.ack - 1;
  const auto facts = read_cookie(segment.flow, segment.seq - 1, iss, shared.settings.isn_key, now);
  if (!facts) return false;
  Connection* connection = accept(shared, syn_before(segment, *facts), tag, iss, now);
  if (connection == nullptr) return true;
  shared.counters.syn_cookies_accepted.add();
  connection->sending.nxt = iss + 1;
  // What the SYN,ACK offered, and when it left, nobody remembers.
  connection->receiving.window.start(connection->receiving.nxt,
                                     shared.settings.receive_window_bytes,
                                     std::min(shared.settings.receive_window_bytes, 0xffffu));
  connection->handshake.syn_repeated = true;
  segment_arrives(*connection, std::move(segment), now);
  return true;
}

// What has overtaken the ACK of a cookie, or follows one that was lost: bytes, a FIN, or the answer
// to a SYN,ACK that came twice. A reset would turn away whoever means it. He sends the first of his
// bytes again, and that opens.
bool may_be_behind_cookie(const Shared& shared, const Segment& segment,
                          base::Instant now) noexcept {
  return now < shared.cookies_good_until && segment.flags.ack() && !segment.flags.syn();
}

// RFC 6191 2: with time stamps on both, the later one opens the connection again, and of equal ones
// the higher number; without, RFC 9293 3.6.1 (MAY-2) asks for a number beyond the old ones.
bool is_new_opening(const TimeWaitRecord& record, const Segment& segment) noexcept {
  if (!segment.flags.syn() || segment.flags.ack()) return false;
  const bool beyond = segment.seq > record.rcv_nxt;
  const auto& stamps = segment.options.timestamps;
  if (!record.timestamps.enabled() || !stamps) return beyond;
  if (stamps->value == record.timestamps.recent()) return beyond;
  return Timestamps::is_before(record.timestamps.recent(), stamps->value);
}

}  // namespace

void arrives_for_nobody(Shared& shared, Segment& segment, base::Instant now,
                        std::optional<Seq> isn_above) noexcept {
  if (segment.flags.rst()) return shared.drops.count(DropReason::TcpNoConnection);
  const Listener* listener = shared.listeners.find(segment.flow.local);
  if (listener != nullptr) {
    // First of all: whoever may not come costs nothing, is told nothing and learns nothing.
    if (!listener->admits(segment.flow.remote.address)) {
      return shared.drops.count(DropReason::TcpSourceDenied);
    }
    if (try_open_by_cookie(shared, segment, listener->tag, now)) return;
    if (may_be_behind_cookie(shared, segment, now)) {
      return shared.drops.count(DropReason::TcpNoConnection);
    }
  }
  if (listener == nullptr || segment.flags.ack() || !segment.flags.syn()) {
    shared.drops.count(segment.flags.syn() && !segment.flags.ack() ? DropReason::TcpNoListener
                                                                   : DropReason::TcpNoConnection);
    return answer_by_reset(shared, segment, now);
  }
  switch (answer_to_syn(shared)) {
    case SynAnswer::Remember:
      break;
    case SynAnswer::Cookie:
      return answer_by_cookie(shared, segment, now);
    case SynAnswer::None:
      return shared.drops.count(DropReason::TcpHalfOpenFull);
  }
  Seq iss = initial_sequence(segment.flow, shared.settings.isn_key, now);
  if (isn_above && iss <= *isn_above + kIsnGap) iss = *isn_above + kIsnGap;
  if (Connection* connection = accept(shared, segment, listener->tag, iss, now)) {
    connection->due.syn = true;
  }
}

void arrives_in_syn_sent(Connection& connection, const Segment& segment,
                         base::Instant now) noexcept {
  Shared& shared = connection.shared;
  Sending& sending = connection.sending;
  // First: an ACK must be for our SYN and for nothing else.
  const bool acknowledges = segment.flags.ack();
  if (acknowledges && (segment.ack <= connection.handshake.iss || segment.ack > sending.nxt)) {
    shared.drops.count(DropReason::TcpAckUnacceptable);
    return answer_by_reset(shared, segment, now);
  }
  // Second: only whoever saw our SYN may refuse it.
  if (segment.flags.rst()) {
    shared.counters.resets_in.add();
    if (!acknowledges) return shared.drops.count(DropReason::TcpResetUnacceptable);
    return finish(connection, CloseReason::Refused);
  }
  // Fourth: the SYN. Fifth: what has none is of no use here.
  if (!segment.flags.syn()) return shared.drops.count(DropReason::TcpNoConnection);
  learn_from_syn(connection, segment, now);
  connection.touch();
  if (!acknowledges) {
    // Both sides opened at once: our SYN goes out again, now with an ACK.
    connection.enter(State::SynReceived);
    connection.deadlines.retransmit.stop();
    connection.due.syn = true;
    return;
  }
  sending.una = segment.ack;
  measure_handshake(connection, now);
  connection.due.syn = false;
  connection.receiving.ack = AckDue::Now;
  establish(connection);
}

void arrives_in_time_wait(Shared& shared, TimeWaitRecord& record, Segment& segment,
                          base::Instant now) noexcept {
  // RFC 1337 3 (F1): a reset, old or forged, does not cut the wait short.
  if (segment.flags.rst()) return shared.drops.count(DropReason::TcpResetUnacceptable);
  if (is_new_opening(record, segment)) {
    const Seq old = record.snd_nxt;
    shared.counters.time_wait_reused.add();
    end_time_wait(shared, record);
    return arrives_for_nobody(shared, segment, now, old);
  }
  if (segment.length() == 0 && segment.seq == record.rcv_nxt) return;
  shared.drops.count(DropReason::TcpOutOfWindow);
  if (segment.flags.fin()) shared.time_wait.restart(record, now + shared.settings.time_wait);
  answer_by_ack(shared, record, now);
}

}  // namespace penstock::tcp
