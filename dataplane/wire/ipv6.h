// SPDX-License-Identifier: Apache-2.0
//
// The IPv6 header with the extension headers behind it. A header that parses is legal: version,
// payload length and both addresses are good, and the extension headers end at an upper layer
// within kIpv6ExtensionHeadersMax headers and kIpv6ExtensionBytesMax bytes. Options and exhausted
// routing headers are skipped, never acted on; what a node must not skip is refused, and so are
// fragments. The emitted header has no extensions. Whether the packet is for us is decided in
// net/ip_input.h.
// Any thread. Every refusal is a DropReason.
// RFC 8200 3, 4; RFC 4291 2; RFC 6946 (atomic fragments); RFC 8504 5.3 (bounds).
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/base/result.h"
#include "dataplane/wire/drop_reason.h"
#include "dataplane/wire/ecn.h"

namespace penstock::wire {

inline constexpr uint32_t kIpv6HeaderBytes = 40;  // without extensions
inline constexpr uint8_t kHopLimitDefault = 64;
// What a neighbour's message has, and what came through a router has not (RFC 4861 11.2).
inline constexpr uint8_t kHopLimitOfNeighbors = 255;
inline constexpr uint8_t kProtocolIcmpv6 = 58;

struct Ipv6Header {
  base::IpAddress source = {};
  base::IpAddress destination = {};
  uint8_t protocol = 0;  // of the upper layer
  uint8_t hop_limit = kHopLimitDefault;
  uint8_t dscp = 0;  // RFC 2474
  Ecn ecn = Ecn::NotCapable;
  uint16_t header_bytes = kIpv6HeaderBytes;  // with extensions
  uint32_t total_bytes = 0;                  // header, extensions and payload
};

base::Result<Ipv6Header, DropReason> parse_ipv6(base::ByteSpan packet) noexcept;

// Writes kIpv6HeaderBytes.
void emit_ipv6(const Ipv6Header& header, base::MutableByteSpan out) noexcept;

// The header that an ICMPv6 error quotes: addresses and protocol, checked for length alone. We send
// no extensions, so that a quote with some is not of ours. The refusal is IcmpQuoteMalformed.
base::Result<Ipv6Header, DropReason> parse_quoted_ipv6(base::ByteSpan quote) noexcept;

// ff00::/8.
constexpr bool is_multicast_v6(base::IpAddress address) noexcept {
  return (address.high() >> 56) == 0xff;
}
// fe80::/10.
constexpr bool is_link_local_v6(base::IpAddress address) noexcept {
  return (address.high() >> 54) == 0xfe80 >> 6;
}
// An address that no packet on a wire may come from: multicast, loopback, and the IPv4-mapped form,
// which would pass for an IPv4 address. The unspecified address (::) is left to the caller: only
// neighbour discovery may send from it.
constexpr bool is_illegal_source_v6(base::IpAddress address) noexcept {
  return is_multicast_v6(address) || address.is_v4() || (address.high() == 0 && address.low() == 1);
}

// ff02::1.
constexpr base::IpAddress all_nodes() noexcept {
  return base::IpAddress::from_v6(0xff02'0000'0000'0000, 1);
}
// ff02::1:ffXX:XXXX, which every node joins for each of its addresses (RFC 4291 2.7.1).
constexpr base::IpAddress solicited_node(base::IpAddress address) noexcept {
  return base::IpAddress::from_v6(0xff02'0000'0000'0000,
                                  0x1'ff00'0000 | (address.low() & 0xff'ffff));
}
// 33:33 and the group's last four bytes (RFC 2464 7).
constexpr base::MacAddress multicast_mac(base::IpAddress group) noexcept {
  const auto low = static_cast<uint32_t>(group.low());
  return {{0x33, 0x33, static_cast<uint8_t>(low >> 24), static_cast<uint8_t>(low >> 16),
           static_cast<uint8_t>(low >> 8), static_cast<uint8_t>(low)}};
}
constexpr bool is_multicast_mac_v6(base::MacAddress mac) noexcept {
  return mac.octets[0] == 0x33 && mac.octets[1] == 0x33;
}
// fe80::/64 with the modified EUI-64 of the MAC (RFC 4291 2.5.1, RFC 2464 5).
constexpr base::IpAddress link_local_of(base::MacAddress mac) noexcept {
  uint64_t id = 0;
  for (size_t i = 0; i < 3; ++i) id = id << 8 | mac.octets[i];
  id = id << 16 | 0xfffe;
  for (size_t i = 3; i < 6; ++i) id = id << 8 | mac.octets[i];
  return base::IpAddress::from_v6(0xfe80'0000'0000'0000, id ^ uint64_t{0x02} << 56);
}

}  // namespace penstock::wire
