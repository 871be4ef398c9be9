// SPDX-License-Identifier: Apache-2.0
//
// The IPv4 header. A header that parses is legal: version, header length, total length, checksum,
// time to live and source address are all good, and it is not a fragment (fragments are refused
// with their own reason; we send DF). Options are skipped, never acted on; the emitted
// header has none. Whether the packet is for us is decided in net/ip_input.h.
// Any thread. Every refusal is a DropReason.
// RFC 791 3.1, RFC 1122 3.2.1, RFC 6864 (identification).
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/base/result.h"
#include "dataplane/wire/drop_reason.h"
#include "dataplane/wire/ecn.h"

namespace penstock::wire {

inline constexpr uint32_t kIpv4HeaderBytes = 20;  // without options
inline constexpr uint8_t kTtlDefault = 64;

// Protocol numbers (IANA).
inline constexpr uint8_t kProtocolIcmp = 1;
inline constexpr uint8_t kProtocolTcp = 6;

struct Ipv4Header {
  base::IpAddress source = {};
  base::IpAddress destination = {};
  uint8_t protocol = 0;
  uint8_t ttl = kTtlDefault;
  uint8_t dscp = 0;  // RFC 2474
  Ecn ecn = Ecn::NotCapable;
  uint8_t header_bytes = kIpv4HeaderBytes;
  uint16_t total_bytes = 0;
  uint16_t identification = 0;
};

// Whether somebody (the port) has found the checksum right already.
enum class HeaderChecksum : uint8_t { Verify, AlreadyGood };

base::Result<Ipv4Header, DropReason> parse_ipv4(
    base::ByteSpan packet, HeaderChecksum checksum = HeaderChecksum::Verify) noexcept;

// Where an emitted header's checksum comes from: computed here, or left zero for the port.
enum class EmitChecksum : uint8_t { Compute, LeaveZero };

// Writes kIpv4HeaderBytes, with DF set.
void emit_ipv4(const Ipv4Header& header, base::MutableByteSpan out,
               EmitChecksum checksum = EmitChecksum::Compute) noexcept;

// The header that an ICMP error quotes: addresses and protocol only, checked for length alone,
// because routers have changed the rest. nullopt-like refusal is IcmpQuoteMalformed.
base::Result<Ipv4Header, DropReason> parse_quoted_ipv4(base::ByteSpan quote) noexcept;

// 224.0.0.0/4.
constexpr bool is_multicast_v4(base::IpAddress address) noexcept {
  return (address.v4() >> 28) == 0xe;
}

// An address that no host may send from: this network, loopback, multicast, reserved, broadcast.
// RFC 1122 3.2.1.3.
constexpr bool is_illegal_source_v4(base::IpAddress address) noexcept {
  const uint32_t first = address.v4() >> 24;
  return first == 0 || first == 127 || first >= 224;
}

}  // namespace penstock::wire
