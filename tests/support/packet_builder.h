// SPDX-License-Identifier: Apache-2.0
//
// Builds packets layer by layer as plain bytes, with right lengths and checksums, and tells TCP
// segments in words. A test that wants something wrong changes a byte afterwards.
// Used by tests only; everything is by value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/nic/packet.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/wire/arp.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ip_family.h"
#include "dataplane/wire/ndp.h"
#include "dataplane/wire/tcp_header.h"
#include "dataplane/wire/tcp_options.h"
#include "tests/support/literals.h"
#include "tests/support/simulated_port.h"

namespace penstock::testing {

base::IpPrefix prefix(std::string_view text);
base::Endpoint endpoint(std::string_view address, uint16_t port);
// 02:00:00:00:00:NN.
base::MacAddress mac(uint8_t last);

struct MacPair {
  base::MacAddress source;
  base::MacAddress destination;
};

Frame build_ethernet(MacPair macs, wire::EtherType type, base::ByteSpan payload,
                     uint16_t vlan = wire::kVlanNone);
Frame build_arp(MacPair macs, const wire::ArpMessage& message);
// total_bytes is filled in.
Frame build_ipv4(wire::Ipv4Header header, base::ByteSpan payload);
Frame build_ipv6(wire::Ipv6Header header, base::ByteSpan payload);
Frame build_icmp(uint8_t type, uint8_t code, uint32_t rest_of_header, base::ByteSpan body);
// The ICMPv6 message inside its IPv6 packet, which its checksum covers.
struct Icmpv6Spec {
  base::IpAddress source = {};
  base::IpAddress destination = {};
  uint8_t type = 0;
  uint8_t code = 0;
  uint32_t rest_of_header = 0;
  Frame body = {};
  uint8_t hop_limit = wire::kHopLimitDefault;
};
Frame build_icmpv6_message(const Icmpv6Spec& spec);
Frame build_icmpv6_packet(const Icmpv6Spec& spec);
// A neighbour's message inside IPv6, as a neighbour sends it.
Frame build_ndp_packet(const wire::NdpMessage& message, base::IpAddress source,
                       base::IpAddress destination);

struct TcpSegmentSpec {
  base::Endpoint source = {};
  base::Endpoint destination = {};
  uint32_t sequence = 0;
  uint32_t acknowledgment = 0;
  wire::TcpFlags flags = {};
  uint16_t window = 65535;
  wire::TcpOptions options = {};
  std::string payload = {};
  wire::Ecn ecn = wire::Ecn::NotCapable;
  uint8_t hop_limit = wire::kTtlDefault;
  uint8_t dscp = 0;
};

// The TCP segment alone; inside IP of its addresses' family; inside Ethernet.
Frame build_tcp(const TcpSegmentSpec& spec);
Frame build_tcp_packet(const TcpSegmentSpec& spec);
Frame build_tcp_frame(MacPair macs, const TcpSegmentSpec& spec, uint16_t vlan = wire::kVlanNone);

// A segment inside a frame, understood again; a failed CHECK when anything about it is wrong,
// checksums included.
TcpSegmentSpec read_tcp_frame(base::ByteSpan frame);

// "10.0.0.1:1000 > 10.0.0.2:80 SYN seq 1 win 65535 mss 1460, 0 bytes".
std::string describe(const TcpSegmentSpec& spec);

nic::Packet to_packet(base::ByteSpan bytes, nic::PacketPool& pool);

}  // namespace penstock::testing
