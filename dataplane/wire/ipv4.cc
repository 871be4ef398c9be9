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
          .header_bytes = static_cast<uint8_t>((bytes[0] & 0x0f) * 4),
          .total_bytes = load_be16(&bytes[2]),
          .identification = load_be16(&bytes[4])};
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
  if (checksum == HeaderChecksum::Verify && checksum_of(packet.first(header.header_bytes)) != 0) {
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
  out[0] = 0x45;
  out[1] = 0;
  store_be16(&out[2], header.total_bytes);
  store_be16(&out[4], header.identification);
  store_be16(&out[6], kDontFragment);
  out[8] = header.ttl;
  out[9] = header.protocol;
  store_be16(&out[10], 0);
  store_be32(&out[12], header.source.v4());
  store_be32(&out[16], header.destination.v4());
  if (checksum == EmitChecksum::Compute) {
    store_be16(&out[10], checksum_of(out.first(kIpv4HeaderBytes)));
  }
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
