// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/transmit.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "dataplane/tcp/lifecycle.h"
#include "dataplane/tcp/segment.h"
#include "dataplane/tcp/shared.h"
#include "dataplane/tcp/timers.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::tcp {

namespace {

using wire::TcpFlag;
using wire::TcpFlags;

enum class Emitted : uint8_t { Yes, PoolEmpty };

// Four would fill the option space alone; time stamps take the room of one (RFC 2018 3).
constexpr size_t kSackBlocksBesideTimestamps = 3;

// Bytes of the sequence that one segment carries.
struct Piece {
  Seq seq;
  uint32_t length = 0;
  bool fin = false;
  bool again = false;  // it was sent before, or is a probe

  Seq end() const noexcept { return seq + length + (fin ? 1u : 0u); }
};

Emitted put_off(Connection& connection, base::Instant now) noexcept {
  connection.shared.counters.pool_empty.add();
  connection.deadlines.flush_again = now + kFlushAgain;
  return Emitted::PoolEmpty;
}

OutgoingHeader header_for(Connection& connection, Seq seq, TcpFlags flags,
                          base::Instant now) noexcept {
  Receiving& receiving = connection.receiving;
  OutgoingHeader header{.flow = connection.flow,
                        .seq = seq,
                        .ack = receiving.nxt,
                        .flags = flags,
                        .window = receiving.window.advertise(
                            receiving.nxt, connection.receive_room(), receiving.segment_bytes)};
  if (connection.timestamps.enabled()) header.options.timestamps = connection.timestamps.stamp(now);
  return header;
}

// RFC 2018 4, RFC 2883 4: what arrived twice comes first, then the ranges behind gaps.
void add_sack_blocks(Connection& connection, wire::TcpOptions& options) noexcept {
  Receiving& receiving = connection.receiving;
  if (!connection.handshake.sack) return;
  std::span<wire::SackBlock> blocks(options.sack_blocks);
  if (options.timestamps) blocks = blocks.first(kSackBlocksBesideTimestamps);
  DuplicateRange& duplicate = receiving.duplicate;
  if (duplicate.start != duplicate.end) {
    blocks[0] = {duplicate.start.value(), duplicate.end.value()};
    blocks = blocks.subspan(1);
    ++options.sack_blocks_count;
    duplicate = {};
  }
  const uint32_t ranges = receiving.buffer.latest_ranges(blocks);
  options.sack_blocks_count = static_cast<uint8_t>(options.sack_blocks_count + ranges);
}

void send_packet(Connection& connection, nic::Packet&& packet, base::Instant now,
                 wire::Ecn ecn = wire::Ecn::NotCapable) noexcept {
  connection.shared.counters.segments_out.add();
  const net::SendResult result =
      connection.shared.host.send({.packet = std::move(packet),
                                   .source = connection.flow.local.address,
                                   .destination = connection.flow.remote.address,
                                   .protocol = wire::kProtocolTcp,
                                   .hop_limit = connection.shared.settings.hop_limit,
                                   .dscp = connection.shared.settings.dscp,
                                   .ecn = ecn},
                                  connection.next_hop, now);
  // What cannot be sent later is retransmitted; a connection that never was is given up at once.
  const bool unreachable =
      result == net::SendResult::NoRoute || result == net::SendResult::Unreachable;
  if (unreachable && connection.state() == State::SynSent) {
    finish(connection, CloseReason::Unreachable);
  }
}

// Every segment but SYN and RST tells the peer what we have.
void note_acknowledged(Connection& connection) noexcept {
  connection.receiving.ack = AckDue::No;
  connection.receiving.acknowledged = connection.receiving.nxt;
  connection.deadlines.delayed_ack = base::Instant::never();
}

// New numbers up to `end` have left.
inline void note_sent(Connection& connection, Seq end, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  sending.last_sent = now;
  sending.scoreboard.on_sent(sending.nxt, end, now, connection.shared.segments);
  if (sending.loss.phase == LossPhase::Recovery) {
    sending.loss.prr.on_sent(bytes_between(sending.nxt, end));
  }
  sending.nxt = end;
}

Emitted emit(Connection& connection, const Piece& piece, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  nic::PacketPool& pool = connection.shared.pool;
  TcpFlags flags = TcpFlag::Ack;
  if (piece.fin) flags |= TcpFlag::Fin;
  if (piece.length > 0 && piece.seq + piece.length == sending.buffer.end()) flags |= TcpFlag::Psh;
  const bool carries_new = piece.length > 0 && !piece.again;
  const auto what = carries_new ? CongestionEcho::Carries::NewData : CongestionEcho::Carries::Other;
  flags |= connection.echo.take_flags(what);
  OutgoingHeader header = header_for(connection, piece.seq, flags, now);
  // Beside data there is no room for them; what is owed leaves on a bare ACK.
  if (piece.end() == piece.seq) add_sack_blocks(connection, header.options);
  nic::Packet packet = build_header(header, pool);
  if (!packet) return put_off(connection, now);
  if (piece.length > 0 &&
      sending.buffer.fill(packet, piece.seq, piece.length, pool) == SendBuffer::Filled::PoolEmpty) {
    return put_off(connection, now);
  }
  if (piece.end() == piece.seq || !connection.owes_sack()) note_acknowledged(connection);
  connection.shared.counters.bytes_out.add(piece.length);
  send_packet(connection, std::move(packet), now, connection.echo.mark_for(what));
  return Emitted::Yes;
}

// The new bytes that may leave while the network may hold `congestion_window`.
inline std::optional<Piece> next_piece(const Connection& connection,
                                       uint32_t congestion_window) noexcept {
  const Sending& sending = connection.sending;
  if (sending.nxt == sending.end()) return std::nullopt;
  const uint32_t outstanding = bytes_between(sending.una, sending.nxt);
  const uint32_t in_flight = sending.in_flight();
  const Seq data_end = sending.buffer.end();
  Piece piece{.seq = sending.nxt};
  if (sending.nxt < data_end) {
    const uint32_t room = std::min(congestion_window - std::min(in_flight, congestion_window),
                                   sending.window - std::min(outstanding, sending.window));
    const uint32_t available = bytes_between(sending.nxt, data_end);
    piece.length = std::min({available, room, uint32_t{sending.mss}});
    if (piece.length == 0) return std::nullopt;
    // RFC 9293 3.8.6.2.1: a full segment, or all there is, or half of the largest window.
    const bool worth_it = piece.length == sending.mss || piece.length == available ||
                          piece.length >= sending.window_max / 2;
    if (!worth_it) return std::nullopt;
  }
  piece.fin = sending.fin_queued && piece.seq + piece.length == data_end &&
              outstanding + piece.length < sending.window;
  if (piece.end() == piece.seq) return std::nullopt;
  return piece;
}

// At most one segment of what was sent before, from `from` on.
Piece sent_piece(const Connection& connection, Seq from, Seq end) noexcept {
  const Sending& sending = connection.sending;
  const Seq data_end = earlier(end, sending.buffer.end());
  Piece piece{.seq = from, .again = true};
  if (from < data_end)
    piece.length = std::min(bytes_between(from, data_end), uint32_t{sending.mss});
  piece.fin = end > sending.buffer.end() && from + piece.length == sending.buffer.end();
  return piece;
}

// One segment again, in pieces if the path has become narrower meanwhile.
Emitted retransmit(Connection& connection, SentSegment& segment, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  sending.scoreboard.split(segment, sending.mss, connection.shared.segments);
  for (Seq from = segment.start; from < segment.end;) {
    const Piece piece = sent_piece(connection, from, segment.end);
    if (emit(connection, piece, now) == Emitted::PoolEmpty) return Emitted::PoolEmpty;
    connection.shared.counters.segments_retransmitted.add();
    from = piece.end();
  }
  sending.last_sent = now;
  sending.scoreboard.on_retransmitted(segment, now);
  sending.repeated = true;
  if (sending.loss.phase == LossPhase::Recovery) {
    sending.loss.prr.on_sent(segment.bytes());
    ++sending.loss.unproven;
  }
  return Emitted::Yes;
}

// What was lost goes before what is new.
Emitted retransmit_lost(Connection& connection, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  while (SentSegment* lost = sending.scoreboard.first_lost(connection.shared.segments)) {
    const uint32_t in_flight = sending.in_flight();
    const uint32_t bytes = std::min(lost->bytes(), uint32_t{sending.mss});
    if (in_flight > 0 && in_flight + bytes > sending.congestion.window()) return Emitted::Yes;
    // A window that has shut is asked for by probes.
    if (lost->start >= sending.una + sending.window) return Emitted::Yes;
    if (retransmit(connection, *lost, now) == Emitted::PoolEmpty) return Emitted::PoolEmpty;
  }
  return Emitted::Yes;
}

// RFC 9293 3.8.6.1: something beyond the window, so that the peer must say what its window is.
Emitted probe(Connection& connection, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  connection.due.probe = false;
  if (sending.una == sending.end()) return Emitted::Yes;
  Piece piece{.seq = sending.una, .again = true};
  const uint32_t data = bytes_between(sending.una, later(sending.una, sending.buffer.end()));
  piece.length = std::min({data, std::max(sending.window, 1u), uint32_t{sending.mss}});
  piece.fin = data == 0;
  if (emit(connection, piece, now) == Emitted::PoolEmpty) return Emitted::PoolEmpty;
  if (piece.end() > sending.nxt) note_sent(connection, piece.end(), now);
  if (sending.probes < UINT8_MAX) ++sending.probes;
  connection.shared.counters.zero_window_probes.add();
  return Emitted::Yes;
}

// RFC 8985 7.3: new bytes if there are any, the last segment again else.
Emitted probe_tail(Connection& connection, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  connection.due.tail_probe = false;
  SentSegment* last = sending.scoreboard.last(connection.shared.segments);
  if (last == nullptr) return Emitted::Yes;
  const auto piece = next_piece(connection, sending.in_flight() + sending.mss);
  const Emitted emitted =
      piece ? emit(connection, *piece, now) : retransmit(connection, *last, now);
  if (emitted == Emitted::PoolEmpty) return emitted;
  if (piece) note_sent(connection, piece->end(), now);
  connection.shared.counters.tail_loss_probes.add();
  sending.loss.tail_probe = {
      .end = sending.nxt, .under_way = true, .was_retransmission = !piece.has_value()};
  return Emitted::Yes;
}

// A bare ACK carries the highest number that lies in the peer's window, or the peer ignores it.
Emitted emit_ack(Connection& connection, base::Instant now) noexcept {
  const Sending& sending = connection.sending;
  const Seq seq = earlier(sending.nxt, sending.una + sending.window);
  return emit(connection, Piece{.seq = seq}, now);
}

// RFC 9293 3.8.4: an ACK below what was acknowledged, which a live peer answers.
Emitted probe_life(Connection& connection, base::Instant now) noexcept {
  if (emit(connection, Piece{.seq = connection.sending.nxt - 1}, now) == Emitted::PoolEmpty) {
    return Emitted::PoolEmpty;
  }
  connection.due.keep_alive = false;
  connection.shared.counters.keep_alive_probes.add();
  return Emitted::Yes;
}

// Data that a port cannot take now waits here, where it needs no packet and can still be
// acknowledged away, instead of being dropped there.
void wait_for_port(Connection& connection) noexcept {
  connection.shared.counters.port_behind.add();
  if (!connection.base::ListNode<TouchedTag>::is_linked()) {
    const uint8_t interface = connection.shared.host.interface_of(connection.next_hop);
    connection.shared.delayed[interface].push_back(connection);
  }
}

Emitted send_new(Connection& connection, base::Instant now) noexcept {
  while (const auto piece = next_piece(connection, connection.sending.congestion.window())) {
    if (!connection.shared.host.has_room_for_data(connection.next_hop)) {
      wait_for_port(connection);
      return Emitted::Yes;
    }
    if (emit(connection, *piece, now) == Emitted::PoolEmpty) return Emitted::PoolEmpty;
    note_sent(connection, piece->end(), now);
  }
  return Emitted::Yes;
}

void send_ack_if_due(Connection& connection, base::Instant now) noexcept {
  Receiving& receiving = connection.receiving;
  if (!receiving.window.has_plenty(receiving.nxt) &&
      receiving.window.is_update_due(receiving.nxt, connection.receive_room(),
                                     receiving.segment_bytes) &&
      may_receive(connection.state())) {
    receiving.ack = AckDue::Now;
  }
  if (receiving.ack == AckDue::Now) {
    emit_ack(connection, now);
  } else if (receiving.ack == AckDue::Delayed && connection.deadlines.delayed_ack.is_never()) {
    connection.deadlines.delayed_ack = now + kDelayedAck;
  }
}

void send_due(Connection& connection, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  // RFC 5681 4.1: after a silence the old window says nothing about the network.
  if (sending.una == sending.nxt && now - sending.last_sent > sending.rtt.timeout()) {
    sending.congestion.on_idle();
  }
  if (retransmit_lost(connection, now) == Emitted::PoolEmpty) return;
  if (send_new(connection, now) == Emitted::PoolEmpty) return;
  if (connection.due.tail_probe && probe_tail(connection, now) == Emitted::PoolEmpty) return;
  if (connection.due.probe && probe(connection, now) == Emitted::PoolEmpty) return;
  if (connection.due.keep_alive && probe_life(connection, now) == Emitted::PoolEmpty) return;
  send_ack_if_due(connection, now);
}

enum class SynKind : uint8_t { Opening, Answer };

// What we can do; in an answer, of what the peer can do too.
void add_syn_options(const Connection& connection, SynKind kind, wire::TcpOptions& options,
                     base::Instant now) noexcept {
  const StackSettings& settings = connection.shared.settings;
  const Handshake& handshake = connection.handshake;
  const bool opening = kind == SynKind::Opening;
  options.mss = handshake.mss;
  if (opening || handshake.peer_scales) options.window_scale = handshake.window_shift;
  options.sack_permitted = opening ? settings.sack : handshake.sack;
  if (opening ? settings.timestamps : connection.timestamps.enabled()) {
    options.timestamps = connection.timestamps.stamp(now);
  }
}

void emit_syn(Connection& connection, base::Instant now) noexcept {
  Handshake& handshake = connection.handshake;
  const bool answers = connection.state() == State::SynReceived;
  Receiving& receiving = connection.receiving;
  OutgoingHeader header{.flow = connection.flow,
                        .seq = handshake.iss,
                        .ack = receiving.nxt,
                        .flags = answers ? TcpFlag::Syn | TcpFlag::Ack : TcpFlags(TcpFlag::Syn),
                        .window = receiving.window.advertise_on_syn(
                            receiving.nxt, connection.receive_room(), receiving.segment_bytes)};
  // RFC 3168 6.1.1.1: an offer that found no answer is not repeated.
  if (!answers && connection.shared.settings.ecn && !handshake.syn_was_lost) {
    header.flags |= TcpFlag::Ece | TcpFlag::Cwr;
  }
  if (answers && connection.echo.agreed()) header.flags |= TcpFlag::Ece;
  add_syn_options(connection, answers ? SynKind::Answer : SynKind::Opening, header.options, now);
  nic::Packet packet = build_header(header, connection.shared.pool);
  if (!packet) {
    put_off(connection, now);
    return;
  }
  connection.due.syn = false;
  if (answers) note_acknowledged(connection);
  handshake.syn_repeated = connection.sending.nxt != handshake.iss;
  connection.sending.last_sent = now;
  connection.sending.nxt = handshake.iss + 1;
  send_packet(connection, std::move(packet), now);
}

void emit_reset(Connection& connection, base::Instant now) noexcept {
  // A reset beyond the peer's window, where a window probe has been, would not be heard.
  const Sending& sending = connection.sending;
  const Seq window_end = sending.una + sending.window;
  const OutgoingHeader header{.flow = connection.flow,
                              .seq = sending.nxt < window_end ? sending.nxt : window_end,
                              .ack = connection.receiving.nxt,
                              .flags = TcpFlag::Rst | TcpFlag::Ack};
  nic::Packet packet = build_header(header, connection.shared.pool);
  if (!packet) {
    put_off(connection, now);
    return;
  }
  connection.due.reset = false;
  connection.shared.counters.resets_out.add();
  send_packet(connection, std::move(packet), now);
}

// The last words of a connection that is over.
void flush_closed(Connection& connection, base::Instant now) noexcept {
  if (connection.due.reset) {
    emit_reset(connection, now);
  } else if (connection.receiving.ack != AckDue::No &&
             connection.close_reason == CloseReason::Finished) {
    emit_ack(connection, now);
  }
  connection.receiving.ack = AckDue::No;
  if (connection.due.reset) {
    // No buffer was there. A peer that only waits would never hear of it.
    connection.shared.timers.arm(connection, connection.deadlines.next_deadline());
    return;
  }
  connection.deadlines = {};
  connection.shared.timers.cancel(connection);
  if (connection.released) reclaim(connection);
}

}  // namespace

void flush_connection(Connection& connection, base::Instant now) noexcept {
  connection.deadlines.flush_again = base::Instant::never();
  switch (connection.state()) {
    case State::Closed:
      break;
    case State::SynSent:
    case State::SynReceived:
      if (connection.due.syn)
        emit_syn(connection, now);
      else if (connection.receiving.ack == AckDue::Now)
        emit_ack(connection, now);
      break;
    default:
      send_due(connection, now);
  }
  if (connection.state() == State::Closed) {
    flush_closed(connection, now);
  } else {
    arm_timers(connection, now);
  }
}

}  // namespace penstock::tcp
