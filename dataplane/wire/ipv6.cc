// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ipv6.h"

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/wire/byte_order.h"

namespace penstock::wire {

namespace {

// Extension headers (RFC 8200 4).
constexpr uint8_t kHopByHop = 0;
constexpr uint8_t kRouting = 43;
constexpr uint8_t kFragment = 44;
constexpr uint8_t kDestinationOptions = 60;

constexpr uint8_t kPad1 = 0;
constexpr size_t kExtensionBytesMin = 8;

// The fields, taken over without judgement. `bytes` holds at least kIpv6HeaderBytes.
Ipv6Header read_fields(base::ByteSpan bytes) noexcept {
  // It lies across two octets, behind the version.
  const auto traffic_class = static_cast<uint8_t>(load_be16(&bytes[0]) >> 4);
  return {.source = base::IpAddress::from_v6(load_be64(&bytes[8]), load_be64(&bytes[16])),
          .destination = base::IpAddress::from_v6(load_be64(&bytes[24]), load_be64(&bytes[32])),
          .protocol = bytes[6],
          .hop_limit = bytes[7],
          .dscp = dscp_of(traffic_class),
          .ecn = ecn_of(traffic_class),
          .header_bytes = kIpv6HeaderBytes,
          .total_bytes = kIpv6HeaderBytes + load_be16(&bytes[4])};
}

bool is_extension(uint8_t protocol) noexcept {
  return protocol == kHopByHop || protocol == kRouting || protocol == kFragment ||
         protocol == kDestinationOptions;
}

using Verdict = base::Result<base::Done, DropReason>;

// RFC 8200 4.2: the two highest bits of an unknown option say whether a node may skip it. We know
// none but padding, and may skip the harmless ones.
Verdict check_options(base::ByteSpan options) noexcept {
  while (!options.empty()) {
    if (options[0] == kPad1) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] + 2u > options.size()) {
      return base::Failure{DropReason::Ipv6ExtensionMalformed};
    }
    if ((options[0] & 0xc0) != 0) return base::Failure{DropReason::Ipv6ExtensionRefused};
    options = options.subspan(options[1] + 2u);
  }
  return base::Done{};
}

// `header` is one whole extension header.
Verdict check_extension(uint8_t kind, base::ByteSpan header) noexcept {
  switch (kind) {
    case kFragment:
      // RFC 6946: offset 0 and nothing to follow is a whole packet.
      if ((load_be16(&header[2]) & 0xfff9) != 0) return base::Failure{DropReason::Ipv6Fragment};
      return base::Done{};
    case kRouting:
      // RFC 8200 4.4: with segments left we would be a router; RFC 5095 buries type 0.
      if (header[3] != 0) return base::Failure{DropReason::Ipv6ExtensionRefused};
      return base::Done{};
    default:
      return check_options(header.subspan(2));
  }
}

// Moves header.protocol and header.header_bytes to the upper layer.
Verdict walk_extensions(Ipv6Header& header, base::ByteSpan packet) noexcept {
  for (uint32_t count = 0; is_extension(header.protocol); ++count) {
    if (count == base::kIpv6ExtensionHeadersMax) {
      return base::Failure{DropReason::Ipv6ExtensionLimit};
    }
    // RFC 8200 4.1: hop-by-hop options stand first or not at all.
    if (header.protocol == kHopByHop && count > 0) {
      return base::Failure{DropReason::Ipv6ExtensionMalformed};
    }
    const base::ByteSpan rest = packet.subspan(header.header_bytes);
    if (rest.size() < kExtensionBytesMin) {
      return base::Failure{DropReason::Ipv6ExtensionMalformed};
    }
    const size_t bytes = header.protocol == kFragment ? kExtensionBytesMin : (rest[1] + 1u) * 8u;
    if (bytes > rest.size()) return base::Failure{DropReason::Ipv6ExtensionMalformed};
    if (header.header_bytes + bytes > kIpv6HeaderBytes + base::kIpv6ExtensionBytesMax) {
      return base::Failure{DropReason::Ipv6ExtensionLimit};
    }
    const Verdict verdict = check_extension(header.protocol, rest.first(bytes));
    if (!verdict) return verdict;
    header.protocol = rest[0];
    header.header_bytes = static_cast<uint16_t>(header.header_bytes + bytes);
  }
  return base::Done{};
}

}  // namespace

base::Result<Ipv6Header, DropReason> parse_ipv6(base::ByteSpan packet) noexcept {
  if (packet.size() < kIpv6HeaderBytes) return base::Failure{DropReason::IpTooShort};
  if ((packet[0] >> 4) != 6) return base::Failure{DropReason::IpVersionBad};
  Ipv6Header header = read_fields(packet);
  // A payload length of 0 with more behind it would be a jumbogram (RFC 2675), which we refuse with
  // its hop-by-hop option: without one, it is what it says.
  if (header.total_bytes > packet.size()) return base::Failure{DropReason::IpTotalLengthBad};
  if (is_illegal_source_v6(header.source)) return base::Failure{DropReason::IpSourceIllegal};
  // The form that would pass for an IPv4 address is no destination on a wire either.
  if (header.destination.is_v4()) return base::Failure{DropReason::IpDestinationIllegal};
  if (is_extension(header.protocol)) {
    const Verdict walked = walk_extensions(header, packet.first(header.total_bytes));
    if (!walked) return base::Failure{walked.error()};
  }
  return header;
}

void emit_ipv6(const Ipv6Header& header, base::MutableByteSpan out) noexcept {
  CHECK(out.size() >= kIpv6HeaderBytes);
  DCHECK(header.header_bytes == kIpv6HeaderBytes && header.total_bytes >= kIpv6HeaderBytes);
  store_be32(&out[0], 0x6000'0000u | traffic_class(header.dscp, header.ecn) << 20);
  store_be16(&out[4], static_cast<uint16_t>(header.total_bytes - kIpv6HeaderBytes));
  out[6] = header.protocol;
  out[7] = header.hop_limit;
  store_be64(&out[8], header.source.high());
  store_be64(&out[16], header.source.low());
  store_be64(&out[24], header.destination.high());
  store_be64(&out[32], header.destination.low());
}

base::Result<Ipv6Header, DropReason> parse_quoted_ipv6(base::ByteSpan quote) noexcept {
  if (quote.size() < kIpv6HeaderBytes || (quote[0] >> 4) != 6) {
    return base::Failure{DropReason::IcmpQuoteMalformed};
  }
  return read_fields(quote);
}

}  // namespace penstock::wire
