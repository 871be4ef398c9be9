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
#include "dataplane/base/check.h"
#include "dataplane/base/result.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/drop_reason.h"
#include "dataplane/wire/ecn.h"

namespace penstock::wire {

inline constexpr uint32_t kIpv4HeaderBytes = 20;  // without options
inline constexpr uint16_t kIpv4DontFragment = 0x4000;
inline constexpr uint16_t kIpv4MoreFragmentsOrOffset = 0x3fff;
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

// Whether somebody (the port) has found the checksum right already.
enum class HeaderChecksum : uint8_t { Verify, AlreadyGood };

// The fields, taken over without judgement. `bytes` holds at least kIpv4HeaderBytes.
inline Ipv4Header read_ipv4_fields(base::ByteSpan bytes) noexcept {
  return {.source = base::IpAddress::from_v4(load_be32(&bytes[12])),
          .destination = base::IpAddress::from_v4(load_be32(&bytes[16])),
          .protocol = bytes[9],
          .ttl = bytes[8],
          .dscp = dscp_of(bytes[1]),
          .ecn = ecn_of(bytes[1]),
          .header_bytes = static_cast<uint8_t>((bytes[0] & 0x0f) * 4),
          .total_bytes = load_be16(&bytes[2]),
          .identification = load_be16(&bytes[4])};
}

inline bool is_ipv4_checksum_good(base::ByteSpan packet, uint8_t header_bytes) noexcept {
  return header_bytes == kIpv4HeaderBytes ? checksum_of_20(packet.data()) == 0
                                          : checksum_of(packet.first(header_bytes)) == 0;
}

inline base::Result<Ipv4Header, DropReason> parse_ipv4(
    base::ByteSpan packet, HeaderChecksum checksum = HeaderChecksum::Verify) noexcept {
  if (packet.size() < kIpv4HeaderBytes) return base::Failure{DropReason::IpTooShort};
  if ((packet[0] >> 4) != 4) return base::Failure{DropReason::IpVersionBad};
  const Ipv4Header header = read_ipv4_fields(packet);
  if (header.header_bytes < kIpv4HeaderBytes || header.header_bytes > packet.size()) {
    return base::Failure{DropReason::IpHeaderLengthBad};
  }
  if (header.total_bytes < header.header_bytes || header.total_bytes > packet.size()) {
    return base::Failure{DropReason::IpTotalLengthBad};
  }
  // RFC 1122 3.2.1.2: a host silently discards a datagram with a bad checksum.
  if (checksum == HeaderChecksum::Verify && !is_ipv4_checksum_good(packet, header.header_bytes)) {
    return base::Failure{DropReason::IpChecksumBad};
  }
  if (is_illegal_source_v4(header.source)) return base::Failure{DropReason::IpSourceIllegal};
  if ((load_be16(&packet[6]) & kIpv4MoreFragmentsOrOffset) != 0) {
    return base::Failure{DropReason::IpFragment};
  }
  if (header.ttl == 0) return base::Failure{DropReason::IpTtlZero};
  return header;
}

// Where an emitted header's checksum comes from: computed here, or left zero for the port.
enum class EmitChecksum : uint8_t { Compute, LeaveZero };

// Writes kIpv4HeaderBytes, with DF set.
inline void emit_ipv4(const Ipv4Header& header, base::MutableByteSpan out,
                      EmitChecksum checksum = EmitChecksum::Compute) noexcept {
  CHECK(out.size() >= kIpv4HeaderBytes);
  const uint32_t version_length_total =
      0x4500'0000u | traffic_class(header.dscp, header.ecn) << 16 | header.total_bytes;
  const uint32_t identification_flags = uint32_t{header.identification} << 16 | kIpv4DontFragment;
  const uint32_t ttl_protocol = uint32_t{header.ttl} << 24 | uint32_t{header.protocol} << 16;
  uint32_t sum = 0;
  if (checksum == EmitChecksum::Compute) {
    // Of the words while they are numbers: reading back bytes that were just written would wait
    // for every store.
    sum = checksum_of_words({version_length_total, identification_flags, ttl_protocol,
                             header.source.v4(), header.destination.v4()});
  }
  store_be32(&out[0], version_length_total);
  store_be32(&out[4], identification_flags);
  store_be32(&out[8], ttl_protocol | sum);
  store_be32(&out[12], header.source.v4());
  store_be32(&out[16], header.destination.v4());
}

// The header that an ICMP error quotes: addresses and protocol only, checked for length alone,
// because routers have changed the rest. nullopt-like refusal is IcmpQuoteMalformed.
base::Result<Ipv4Header, DropReason> parse_quoted_ipv4(base::ByteSpan quote) noexcept;

}  // namespace penstock::wire
