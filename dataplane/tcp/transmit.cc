// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/transmit.h"

#include <algorithm>
#include <optional>
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

// Bytes of the sequence that one segment carries.
struct Piece {
  Seq seq;
  uint32_t length = 0;
  bool fin = false;

  Seq end() const noexcept { return seq + length + (fin ? 1u : 0u); }
};

Emitted put_off(Connection& connection, base::Instant now) noexcept {
  connection.shared.counters.pool_empty.add();
  connection.deadlines.flush_again = now + kFlushAgain;
  return Emitted::PoolEmpty;
}

OutgoingHeader header_for(Connection& connection, Seq seq, TcpFlags flags) noexcept {
  Receiving& receiving = connection.receiving;
  return {.flow = connection.flow,
          .seq = seq,
          .ack = receiving.nxt,
          .flags = flags,
          .window = receiving.window.advertise(receiving.nxt, connection.receive_room(),
                                               receiving.segment_bytes)};
}

void send_packet(Connection& connection, nic::Packet packet, base::Instant now) noexcept {
  connection.shared.counters.segments_out.add();
  const net::SendResult result =
      connection.shared.host.send({.packet = std::move(packet),
                                   .source = connection.flow.local.address,
                                   .destination = connection.flow.remote.address,
                                   .protocol = wire::kProtocolTcp},
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

void note_sent(Connection& connection, Seq seq, Seq end, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  sending.last_sent = now;
  if (seq < sending.max) {
    connection.shared.counters.segments_retransmitted.add();
    sending.rtt.on_retransmitted();
  } else {
    sending.rtt.on_sent(end, now);
  }
  sending.max = later(sending.max, end);
}

Emitted emit(Connection& connection, const Piece& piece, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  nic::PacketPool& pool = connection.shared.pool;
  TcpFlags flags = TcpFlag::Ack;
  if (piece.fin) flags |= TcpFlag::Fin;
  if (piece.length > 0 && piece.seq + piece.length == sending.buffer.end()) flags |= TcpFlag::Psh;
  nic::Packet packet = build_header(header_for(connection, piece.seq, flags), pool);
  if (!packet) return put_off(connection, now);
  if (piece.length > 0 &&
      sending.buffer.fill(packet, piece.seq, piece.length, pool) == SendBuffer::Filled::PoolEmpty) {
    return put_off(connection, now);
  }
  note_acknowledged(connection);
  if (piece.end() != piece.seq) note_sent(connection, piece.seq, piece.end(), now);
  connection.shared.counters.bytes_out.add(piece.length);
  send_packet(connection, std::move(packet), now);
  return Emitted::Yes;
}

// The new bytes that may leave now.
std::optional<Piece> next_piece(const Connection& connection) noexcept {
  const Sending& sending = connection.sending;
  if (sending.nxt == sending.end()) return std::nullopt;
  const uint32_t in_flight = bytes_between(sending.una, sending.nxt);
  const Seq data_end = sending.buffer.end();
  Piece piece{.seq = sending.nxt};
  if (sending.nxt < data_end) {
    const uint32_t extra = sending.loss.extra_segments() * sending.mss;
    const uint32_t allowed = std::min(sending.congestion.window() + extra, sending.window);
    const uint32_t room = allowed - std::min(in_flight, allowed);
    const uint32_t available = bytes_between(sending.nxt, data_end);
    piece.length = std::min({available, room, uint32_t{sending.mss}});
    if (piece.length == 0) return std::nullopt;
    // RFC 9293 3.8.6.2.1: a full segment, or all there is, or half of the largest window; and what
    // was sent before and lost, however small it was.
    const bool worth_it = piece.length == sending.mss || piece.length == available ||
                          piece.length >= sending.window_max / 2 || piece.seq < sending.max;
    if (!worth_it) return std::nullopt;
  }
  piece.fin = sending.fin_queued && piece.seq + piece.length == data_end &&
              in_flight + piece.length < sending.window;
  if (piece.end() == piece.seq) return std::nullopt;
  return piece;
}

// What has been sent already, from snd_una on; at most one segment.
Piece first_unacknowledged(const Connection& connection) noexcept {
  const Sending& sending = connection.sending;
  const Seq sent_end = earlier(sending.max, sending.buffer.end());
  Piece piece{.seq = sending.una};
  if (sending.una < sent_end) {
    piece.length = std::min(bytes_between(sending.una, sent_end), uint32_t{sending.mss});
  }
  piece.fin = sending.fin_queued && sending.max == sending.end() &&
              piece.seq + piece.length == sending.buffer.end();
  return piece;
}

Emitted retransmit(Connection& connection, base::Instant now) noexcept {
  if (connection.sending.una < connection.sending.max &&
      emit(connection, first_unacknowledged(connection), now) == Emitted::PoolEmpty) {
    return Emitted::PoolEmpty;
  }
  connection.due.retransmit = false;
  return Emitted::Yes;
}

// RFC 9293 3.8.6.1: something beyond the window, so that the peer must say what its window is.
Emitted probe(Connection& connection, base::Instant now) noexcept {
  Sending& sending = connection.sending;
  connection.due.probe = false;
  if (sending.una == sending.end()) return Emitted::Yes;
  Piece piece{.seq = sending.una};
  const uint32_t data = bytes_between(sending.una, later(sending.una, sending.buffer.end()));
  piece.length = std::min({data, std::max(sending.window, 1u), uint32_t{sending.mss}});
  piece.fin = data == 0;
  if (emit(connection, piece, now) == Emitted::PoolEmpty) return Emitted::PoolEmpty;
  sending.nxt = later(sending.nxt, piece.end());
  if (sending.probes < UINT8_MAX) ++sending.probes;
  connection.shared.counters.zero_window_probes.add();
  return Emitted::Yes;
}

// A bare ACK carries the highest number that lies in the peer's window, or the peer ignores it.
Emitted emit_ack(Connection& connection, base::Instant now) noexcept {
  const Sending& sending = connection.sending;
  const Seq seq = earlier(sending.max, sending.una + sending.window);
  return emit(connection, Piece{.seq = seq}, now);
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
  while (const auto piece = next_piece(connection)) {
    if (!connection.shared.host.has_room_for_data(connection.next_hop)) {
      wait_for_port(connection);
      return Emitted::Yes;
    }
    if (emit(connection, *piece, now) == Emitted::PoolEmpty) return Emitted::PoolEmpty;
    connection.sending.nxt = piece->end();
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
  if (sending.una == sending.max && now - sending.last_sent > sending.rtt.timeout()) {
    sending.congestion.on_idle();
  }
  if (connection.due.retransmit && retransmit(connection, now) == Emitted::PoolEmpty) return;
  if (send_new(connection, now) == Emitted::PoolEmpty) return;
  if (connection.due.probe && probe(connection, now) == Emitted::PoolEmpty) return;
  send_ack_if_due(connection, now);
}

void emit_syn(Connection& connection, base::Instant now) noexcept {
  Handshake& handshake = connection.handshake;
  const bool answers = connection.state() == State::SynReceived;
  OutgoingHeader header = header_for(
      connection, handshake.iss, answers ? TcpFlag::Syn | TcpFlag::Ack : TcpFlags(TcpFlag::Syn));
  header.options.mss = handshake.mss;
  if (!answers || handshake.peer_scales) header.options.window_scale = handshake.window_shift;
  nic::Packet packet = build_header(header, connection.shared.pool);
  if (!packet) {
    put_off(connection, now);
    return;
  }
  connection.due.syn = false;
  if (answers) note_acknowledged(connection);
  note_sent(connection, handshake.iss, handshake.iss + 1, now);
  connection.sending.nxt = later(connection.sending.nxt, handshake.iss + 1);
  send_packet(connection, std::move(packet), now);
}

void emit_reset(Connection& connection, base::Instant now) noexcept {
  // A reset beyond the peer's window, where a window probe has been, would not be heard.
  const Sending& sending = connection.sending;
  const Seq window_end = sending.una + sending.window;
  const OutgoingHeader header{.flow = connection.flow,
                              .seq = sending.max < window_end ? sending.max : window_end,
                              .ack = connection.receiving.nxt,
                              .flags = TcpFlag::Rst | TcpFlag::Ack};
  nic::Packet packet = build_header(header, connection.shared.pool);
  connection.due.reset = false;
  // A reset that finds no buffer is not worth keeping a dead connection for.
  if (!packet) {
    connection.shared.counters.pool_empty.add();
    return;
  }
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
  connection.deadlines = {};
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
