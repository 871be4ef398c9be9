// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/tcp_header.h"

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::wire {

base::Result<TcpHeader, DropReason> parse_tcp_header(base::ByteSpan segment) noexcept {
  if (segment.size() < kTcpHeaderBytes) return base::Failure{DropReason::TcpTooShort};
  TcpHeader header;
  header.source_port = load_be16(&segment[0]);
  header.destination_port = load_be16(&segment[2]);
  header.sequence = load_be32(&segment[4]);
  header.acknowledgment = load_be32(&segment[8]);
  header.header_bytes = static_cast<uint8_t>((segment[12] >> 4) * 4);
  header.flags = TcpFlags::from_bits(segment[13]);
  header.window = load_be16(&segment[14]);
  header.urgent = load_be16(&segment[18]);
  if (header.header_bytes < kTcpHeaderBytes || header.header_bytes > segment.size()) {
    return base::Failure{DropReason::TcpHeaderLengthBad};
  }
  // Port 0 is reserved (RFC 6335 6); answering it would only help reflection.
  if (header.source_port == 0 || header.destination_port == 0) {
    return base::Failure{DropReason::TcpPortZero};
  }
  return header;
}

void emit_tcp_header(const TcpHeader& header, base::MutableByteSpan out) noexcept {
  CHECK(out.size() >= kTcpHeaderBytes);
  DCHECK(header.header_bytes >= kTcpHeaderBytes && header.header_bytes % 4 == 0 &&
         header.header_bytes <= kTcpHeaderBytes + kTcpOptionBytesMax);
  store_be16(&out[0], header.source_port);
  store_be16(&out[2], header.destination_port);
  store_be32(&out[4], header.sequence);
  store_be32(&out[8], header.acknowledgment);
  out[12] = static_cast<uint8_t>((header.header_bytes / 4) << 4);
  out[13] = header.flags.bits();
  store_be16(&out[14], header.window);
  store_be16(&out[16], 0);
  store_be16(&out[18], header.urgent);
}

bool tcp_checksum_good(base::IpAddress source, base::IpAddress destination,
                       base::ByteSpan segment) noexcept {
  Checksum checksum;
  checksum.add_pseudo_header(source, destination, kProtocolTcp,
                             static_cast<uint32_t>(segment.size()));
  checksum.add(segment);
  return checksum.complement() == 0;
}

}  // namespace penstock::wire
