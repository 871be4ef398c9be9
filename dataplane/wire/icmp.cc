// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/icmp.h"

#include <optional>

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::wire {

namespace {

constexpr uint8_t kEchoReply = 0;
constexpr uint8_t kDestinationUnreachable = 3;
constexpr uint8_t kEchoRequest = 8;
constexpr uint8_t kTimeExceeded = 11;
// RFC 792: an error quotes the IP header and the first 8 bytes behind it.
constexpr size_t kQuotedTransportBytes = 8;

std::optional<IcmpErrorKind> classify(uint8_t type, uint8_t code) noexcept {
  if (type == kTimeExceeded) return IcmpErrorKind::TimeExceeded;
  if (type != kDestinationUnreachable) return std::nullopt;
  switch (code) {
    case 2:
    case 3:
      return IcmpErrorKind::PortUnreachable;
    case 4:
      return IcmpErrorKind::FragmentationNeeded;
    case 9:
    case 10:
    case 13:
      return IcmpErrorKind::Prohibited;
    default:
      return IcmpErrorKind::NetworkUnreachable;
  }
}

base::Result<IcmpMessage, DropReason> parse_error(IcmpErrorKind kind,
                                                  base::ByteSpan message) noexcept {
  const base::ByteSpan quote = message.subspan(kIcmpHeaderBytes);
  const auto ip = parse_quoted_ipv4(quote);
  if (!ip) return base::Failure{ip.error()};
  if (ip->protocol != kProtocolTcp) return base::Failure{DropReason::IcmpTypeIgnored};
  const base::ByteSpan tcp = quote.subspan(ip->header_bytes);
  if (tcp.size() < kQuotedTransportBytes) return base::Failure{DropReason::IcmpQuoteMalformed};
  IcmpError error;
  error.kind = kind;
  error.next_hop_mtu = kind == IcmpErrorKind::FragmentationNeeded ? load_be16(&message[6]) : 0;
  error.source = {ip->source, load_be16(&tcp[0])};
  error.destination = {ip->destination, load_be16(&tcp[2])};
  error.sequence = load_be32(&tcp[4]);
  return IcmpMessage(error);
}

}  // namespace

base::Result<IcmpMessage, DropReason> parse_icmp(base::ByteSpan message) noexcept {
  if (message.size() < kIcmpHeaderBytes) return base::Failure{DropReason::IcmpTooShort};
  if (checksum_of(message) != 0) return base::Failure{DropReason::IcmpChecksumBad};
  if (message[0] == kEchoRequest && message[1] == 0) return IcmpMessage(IcmpEchoRequest{});
  const auto kind = classify(message[0], message[1]);
  if (!kind) return base::Failure{DropReason::IcmpTypeIgnored};
  return parse_error(*kind, message);
}

void turn_echo_into_reply(base::MutableByteSpan message) noexcept {
  CHECK(message.size() >= kIcmpHeaderBytes);
  message[0] = kEchoReply;
  store_be16(&message[2], 0);
  store_be16(&message[2], checksum_of(message));
}

}  // namespace penstock::wire
