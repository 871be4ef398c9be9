// SPDX-License-Identifier: Apache-2.0
#include "tests/support/packet_builder.h"

#include <algorithm>

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"

namespace penstock::testing {

namespace {

Frame with_header(size_t header_bytes, base::ByteSpan payload) {
  Frame frame(header_bytes);
  frame.insert(frame.end(), payload.begin(), payload.end());
  return frame;
}

struct IpPayload {
  base::IpAddress source;
  base::IpAddress destination;
  base::ByteSpan bytes;
  uint8_t hop_limit = 0;
  uint8_t dscp = 0;
  wire::Ecn ecn = wire::Ecn::NotCapable;
};

uint8_t hop_limit_of(const wire::Ipv4Header& header) { return header.ttl; }
uint8_t hop_limit_of(const wire::Ipv6Header& header) { return header.hop_limit; }

template <class Header>
IpPayload ip_payload(const Header& header, base::ByteSpan packet) {
  CHECK(header.protocol == wire::kProtocolTcp);
  return {.source = header.source,
          .destination = header.destination,
          .bytes = packet.subspan(header.header_bytes, header.total_bytes - header.header_bytes),
          .hop_limit = hop_limit_of(header),
          .dscp = header.dscp,
          .ecn = header.ecn};
}

}  // namespace

base::IpPrefix prefix(std::string_view text) {
  const auto parsed = base::IpPrefix::parse(text);
  CHECK(parsed.has_value());
  return *parsed;
}

base::Endpoint endpoint(std::string_view address, uint16_t port) { return {ip(address), port}; }

base::MacAddress mac(uint8_t last) { return {{0x02, 0, 0, 0, 0, last}}; }

Frame build_ethernet(MacPair macs, wire::EtherType type, base::ByteSpan payload, uint16_t vlan) {
  Frame frame = with_header(wire::ethernet_header_bytes(vlan), payload);
  wire::emit_ethernet(
      {.destination = macs.destination, .source = macs.source, .type = type, .vlan = vlan}, frame);
  return frame;
}

Frame build_arp(MacPair macs, const wire::ArpMessage& message) {
  Frame bytes(wire::kArpBytes);
  wire::emit_arp(message, bytes);
  return build_ethernet(macs, wire::EtherType::Arp, bytes);
}

Frame build_ipv4(wire::Ipv4Header header, base::ByteSpan payload) {
  header.total_bytes = static_cast<uint16_t>(wire::kIpv4HeaderBytes + payload.size());
  Frame packet = with_header(wire::kIpv4HeaderBytes, payload);
  wire::emit_ipv4(header, packet);
  return packet;
}

Frame build_ipv6(wire::Ipv6Header header, base::ByteSpan payload) {
  header.total_bytes = static_cast<uint32_t>(wire::kIpv6HeaderBytes + payload.size());
  Frame packet = with_header(wire::kIpv6HeaderBytes, payload);
  wire::emit_ipv6(header, packet);
  return packet;
}

Frame build_icmpv6_message(const Icmpv6Spec& spec) {
  Frame message = with_header(8, spec.body);
  message[0] = spec.type;
  message[1] = spec.code;
  wire::store_be32(&message[4], spec.rest_of_header);
  wire::Checksum checksum;
  checksum.add_pseudo_header(spec.source, spec.destination, wire::kProtocolIcmpv6,
                             static_cast<uint32_t>(message.size()));
  checksum.add(message);
  wire::store_be16(&message[2], checksum.complement());
  return message;
}

Frame build_icmpv6_packet(const Icmpv6Spec& spec) {
  return build_ipv6({.source = spec.source,
                     .destination = spec.destination,
                     .protocol = wire::kProtocolIcmpv6,
                     .hop_limit = spec.hop_limit},
                    build_icmpv6_message(spec));
}

Frame build_ndp_packet(const wire::NdpMessage& message, base::IpAddress source,
                       base::IpAddress destination) {
  Frame bytes(wire::ndp_bytes(message));
  wire::emit_ndp(message, source, destination, bytes);
  return build_ipv6({.source = source,
                     .destination = destination,
                     .protocol = wire::kProtocolIcmpv6,
                     .hop_limit = wire::kHopLimitOfNeighbors},
                    bytes);
}

Frame build_icmp(uint8_t type, uint8_t code, uint32_t rest_of_header, base::ByteSpan body) {
  Frame message = with_header(8, body);
  message[0] = type;
  message[1] = code;
  wire::store_be32(&message[4], rest_of_header);
  wire::store_be16(&message[2], wire::checksum_of(message));
  return message;
}

Frame build_tcp(const TcpSegmentSpec& spec) {
  const auto header_bytes =
      static_cast<uint8_t>(wire::kTcpHeaderBytes + wire::tcp_options_bytes(spec.options));
  Frame segment = with_header(header_bytes, base::as_bytes(spec.payload));
  wire::emit_tcp_header({.source_port = spec.source.port,
                         .destination_port = spec.destination.port,
                         .sequence = spec.sequence,
                         .acknowledgment = spec.acknowledgment,
                         .flags = spec.flags,
                         .window = spec.window,
                         .urgent = 0,
                         .header_bytes = header_bytes},
                        segment);
  wire::emit_tcp_options(spec.options,
                         base::MutableByteSpan(segment).subspan(wire::kTcpHeaderBytes));
  wire::Checksum checksum;
  checksum.add_pseudo_header(spec.source.address, spec.destination.address, wire::kProtocolTcp,
                             static_cast<uint32_t>(segment.size()));
  checksum.add(segment);
  wire::store_be16(&segment[16], checksum.complement());
  return segment;
}

Frame build_tcp_packet(const TcpSegmentSpec& spec) {
  if (!spec.source.address.is_v4()) {
    return build_ipv6({.source = spec.source.address,
                       .destination = spec.destination.address,
                       .protocol = wire::kProtocolTcp,
                       .ecn = spec.ecn},
                      build_tcp(spec));
  }
  return build_ipv4({.source = spec.source.address,
                     .destination = spec.destination.address,
                     .protocol = wire::kProtocolTcp,
                     .ecn = spec.ecn},
                    build_tcp(spec));
}

Frame build_tcp_frame(MacPair macs, const TcpSegmentSpec& spec, uint16_t vlan) {
  const auto type = spec.source.address.is_v4() ? wire::EtherType::Ipv4 : wire::EtherType::Ipv6;
  return build_ethernet(macs, type, build_tcp_packet(spec), vlan);
}

TcpSegmentSpec read_tcp_frame(base::ByteSpan frame) {
  const auto ethernet = wire::parse_ethernet(frame).value();
  const base::ByteSpan packet = frame.subspan(ethernet.bytes);
  const IpPayload found = ethernet.type == wire::EtherType::Ipv6
                              ? ip_payload(wire::parse_ipv6(packet).value(), packet)
                              : ip_payload(wire::parse_ipv4(packet).value(), packet);
  const base::ByteSpan segment = found.bytes;
  CHECK(wire::tcp_checksum_good(found.source, found.destination, segment));
  const wire::TcpHeader tcp = wire::parse_tcp_header(segment).value();
  return {.source = {found.source, tcp.source_port},
          .destination = {found.destination, tcp.destination_port},
          .sequence = tcp.sequence,
          .acknowledgment = tcp.acknowledgment,
          .flags = tcp.flags,
          .window = tcp.window,
          .options = wire::parse_tcp_options(
              segment.subspan(wire::kTcpHeaderBytes, tcp.header_bytes - wire::kTcpHeaderBytes)),
          .payload = std::string(base::as_text(segment.subspan(tcp.header_bytes))),
          .ecn = found.ecn,
          .hop_limit = found.hop_limit,
          .dscp = found.dscp};
}

std::string describe(const TcpSegmentSpec& spec) {
  std::string text = spec.source.format() + " > " + spec.destination.format();
  if (spec.flags.syn()) text += " SYN";
  if (spec.flags.fin()) text += " FIN";
  if (spec.flags.rst()) text += " RST";
  if (spec.flags.psh()) text += " PSH";
  text += " seq " + std::to_string(spec.sequence);
  if (spec.flags.ack()) text += " ack " + std::to_string(spec.acknowledgment);
  text += " win " + std::to_string(spec.window);
  if (spec.options.mss) text += " mss " + std::to_string(*spec.options.mss);
  if (spec.options.window_scale) text += " scale " + std::to_string(*spec.options.window_scale);
  return text + ", " + std::to_string(spec.payload.size()) + " bytes";
}

nic::Packet to_packet(base::ByteSpan bytes, nic::PacketPool& pool) {
  nic::Packet packet = pool.allocate_packet();
  CHECK(packet);
  const base::MutableByteSpan room = packet.append(static_cast<uint32_t>(bytes.size()));
  std::copy(bytes.begin(), bytes.end(), room.begin());
  return packet;
}

}  // namespace penstock::testing
