// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ipv4.h"

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"

namespace penstock::wire {

namespace {

constexpr uint16_t kDontFragment = 0x4000;
constexpr uint16_t kMoreFragmentsOrOffset = 0x3fff;

// The fields, taken over without judgement. `bytes` holds at least kIpv4HeaderBytes.
Ipv4Header read_fields(base::ByteSpan bytes) noexcept {
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

bool is_checksum_good(base::ByteSpan packet, uint8_t header_bytes) noexcept {
  return header_bytes == kIpv4HeaderBytes ? checksum_of_20(packet.data()) == 0
                                          : checksum_of(packet.first(header_bytes)) == 0;
}

}  // namespace

base::Result<Ipv4Header, DropReason> parse_ipv4(base::ByteSpan packet,
                                                HeaderChecksum checksum) noexcept {
  if (packet.size() < kIpv4HeaderBytes) return base::Failure{DropReason::IpTooShort};
  if ((packet[0] >> 4) != 4) return base::Failure{DropReason::IpVersionBad};
  const Ipv4Header header = read_fields(packet);
  if (header.header_bytes < kIpv4HeaderBytes || header.header_bytes > packet.size()) {
    return base::Failure{DropReason::IpHeaderLengthBad};
  }
  if (header.total_bytes < header.header_bytes || header.total_bytes > packet.size()) {
    return base::Failure{DropReason::IpTotalLengthBad};
  }
  // RFC 1122 3.2.1.2: a host silently discards a datagram with a bad checksum.
  if (checksum == HeaderChecksum::Verify && !is_checksum_good(packet, header.header_bytes)) {
    return base::Failure{DropReason::IpChecksumBad};
  }
  if (is_illegal_source_v4(header.source)) return base::Failure{DropReason::IpSourceIllegal};
  if ((load_be16(&packet[6]) & kMoreFragmentsOrOffset) != 0) {
    return base::Failure{DropReason::IpFragment};
  }
  if (header.ttl == 0) return base::Failure{DropReason::IpTtlZero};
  return header;
}

void emit_ipv4(const Ipv4Header& header, base::MutableByteSpan out,
               EmitChecksum checksum) noexcept {
  CHECK(out.size() >= kIpv4HeaderBytes);
  const uint32_t version_length_total =
      0x4500'0000u | traffic_class(header.dscp, header.ecn) << 16 | header.total_bytes;
  const uint32_t identification_flags = uint32_t{header.identification} << 16 | kDontFragment;
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

base::Result<Ipv4Header, DropReason> parse_quoted_ipv4(base::ByteSpan quote) noexcept {
  if (quote.size() < kIpv4HeaderBytes || (quote[0] >> 4) != 4) {
    return base::Failure{DropReason::IcmpQuoteMalformed};
  }
  const Ipv4Header header = read_fields(quote);
  if (header.header_bytes < kIpv4HeaderBytes || header.header_bytes > quote.size()) {
    return base::Failure{DropReason::IcmpQuoteMalformed};
  }
  return header;
}

}  // namespace penstock::wire
