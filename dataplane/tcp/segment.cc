// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/segment.h"

#include <utility>

namespace penstock::tcp {

namespace {

wire::TcpOptions options_of(base::ByteSpan segment, uint8_t header_bytes) noexcept {
  if (header_bytes == wire::kTcpHeaderBytes) return {};
  return wire::parse_tcp_options(segment.first(header_bytes).subspan(wire::kTcpHeaderBytes));
}

}  // namespace

Segment::Segment(net::IpDatagram&& datagram, const wire::TcpHeader& header) noexcept
    : flow{{datagram.destination, header.destination_port}, {datagram.source, header.source_port}},
      seq(header.sequence),
      ack(header.acknowledgment),
      flags(header.flags),
      window(header.window),
      ecn(datagram.ecn),
      options(options_of(datagram.packet.first(), header.header_bytes)),
      reply_hop(datagram.reply_hop) {
  if (datagram.packet.size() == header.header_bytes) return;
  datagram.packet.trim_front(header.header_bytes);
  payload = std::move(datagram.packet).take_payload();
}

void Segment::trim_front(uint32_t bytes) noexcept {
  seq += bytes;
  if (bytes >= payload_bytes()) {
    // FIN is behind the payload: it stays unless it is trimmed too.
    if (bytes > payload_bytes()) flags = flags.without(wire::TcpFlag::Fin);
    payload = nic::Slice();
    return;
  }
  payload.trim_front(bytes);
}

void Segment::truncate(uint32_t bytes) noexcept {
  if (length() <= bytes) return;
  flags = flags.without(wire::TcpFlag::Fin);
  if (bytes == 0) {
    payload = nic::Slice();
  } else if (bytes < payload_bytes()) {
    payload.truncate(bytes);
  }
}

base::Result<wire::TcpHeader, wire::DropReason> parse_segment_header(
    const net::IpDatagram& datagram) noexcept {
  const base::ByteSpan bytes = datagram.packet.first();
  const auto header = wire::parse_tcp_header(bytes);
  if (!header) return header;
  if (datagram.checksum == net::L4Checksum::Unverified &&
      !wire::tcp_checksum_good(datagram.source, datagram.destination, bytes)) {
    return base::Failure{wire::DropReason::TcpChecksumBad};
  }
  return header;
}

nic::Packet build_header(const OutgoingHeader& header, nic::PacketPool& pool) noexcept {
  nic::Packet packet = pool.allocate_packet();
  if (!packet) return packet;
  const uint32_t bytes = wire::kTcpHeaderBytes + wire::tcp_options_bytes(header.options);
  const base::MutableByteSpan out = packet.append(bytes);
  wire::emit_tcp_header({.source_port = header.flow.local.port,
                         .destination_port = header.flow.remote.port,
                         .sequence = header.seq.value(),
                         .acknowledgment = header.flags.ack() ? header.ack.value() : 0,
                         .flags = header.flags,
                         .window = header.window,
                         .urgent = 0,
                         .header_bytes = static_cast<uint8_t>(bytes)},
                        out);
  if (bytes > wire::kTcpHeaderBytes) {
    wire::emit_tcp_options(header.options, out.subspan(wire::kTcpHeaderBytes));
  }
  return packet;
}

}  // namespace penstock::tcp
