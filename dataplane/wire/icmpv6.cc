// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/icmpv6.h"

#include <algorithm>
#include <optional>

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/ipv6.h"
#include "dataplane/wire/ndp.h"

namespace penstock::wire {

namespace {

constexpr uint8_t kDestinationUnreachable = 1;
constexpr uint8_t kPacketTooBig = 2;
constexpr uint8_t kTimeExceeded = 3;
constexpr uint8_t kParameterProblem = 4;
constexpr uint8_t kEchoRequest = 128;
constexpr uint8_t kEchoReply = 129;
constexpr uint8_t kRouterSolicitation = 133;
constexpr uint8_t kRouterAdvertisement = 134;
constexpr uint8_t kRedirect = 137;
// What tcp/ needs of a quoted segment: ports and sequence.
constexpr size_t kQuotedTransportBytes = 8;

uint16_t sum_over(base::ByteSpan message, base::IpAddress source,
                  base::IpAddress destination) noexcept {
  Checksum checksum;
  checksum.add_pseudo_header(source, destination, kProtocolIcmpv6,
                             static_cast<uint32_t>(message.size()));
  checksum.add(message);
  return checksum.complement();
}

std::optional<IcmpErrorKind> classify(uint8_t type, uint8_t code) noexcept {
  switch (type) {
    case kPacketTooBig:
      return IcmpErrorKind::FragmentationNeeded;
    case kTimeExceeded:
      return IcmpErrorKind::TimeExceeded;
    case kParameterProblem:
      // Code 1: the next header is not understood there, which is ICMP's protocol unreachable.
      if (code == 1) return IcmpErrorKind::PortUnreachable;
      return std::nullopt;
    case kDestinationUnreachable:
      break;
    default:
      return std::nullopt;
  }
  switch (code) {
    case 1:
    case 5:
    case 6:
      return IcmpErrorKind::Prohibited;
    case 4:
      return IcmpErrorKind::PortUnreachable;
    default:
      return IcmpErrorKind::NetworkUnreachable;
  }
}

base::Result<IcmpMessage, DropReason> parse_error(IcmpErrorKind kind,
                                                  base::ByteSpan message) noexcept {
  const base::ByteSpan quote = message.subspan(kIcmpHeaderBytes);
  const auto ip = parse_quoted_ipv6(quote);
  if (!ip) return base::Failure{ip.error()};
  if (ip->protocol != kProtocolTcp) return base::Failure{DropReason::IcmpTypeIgnored};
  const base::ByteSpan tcp = quote.subspan(kIpv6HeaderBytes);
  if (tcp.size() < kQuotedTransportBytes) return base::Failure{DropReason::IcmpQuoteMalformed};
  IcmpError error;
  error.kind = kind;
  if (kind == IcmpErrorKind::FragmentationNeeded) {
    error.next_hop_mtu =
        static_cast<uint16_t>(std::min<uint32_t>(load_be32(&message[4]), UINT16_MAX));
  }
  error.source = {ip->source, load_be16(&tcp[0])};
  error.destination = {ip->destination, load_be16(&tcp[2])};
  error.sequence = load_be32(&tcp[4]);
  return IcmpMessage(error);
}

}  // namespace

base::Result<IcmpMessage, DropReason> parse_icmpv6(base::ByteSpan message, base::IpAddress source,
                                                   base::IpAddress destination) noexcept {
  if (message.size() < kIcmpHeaderBytes) return base::Failure{DropReason::IcmpTooShort};
  if (sum_over(message, source, destination) != 0) {
    return base::Failure{DropReason::IcmpChecksumBad};
  }
  const uint8_t type = message[0];
  if (type == kEchoRequest && message[1] == 0) return IcmpMessage(IcmpEchoRequest{});
  if (is_ndp(type)) {
    const auto neighbor = parse_ndp(message);
    if (!neighbor) return base::Failure{neighbor.error()};
    return IcmpMessage(*neighbor);
  }
  if (type == kRouterSolicitation || type == kRouterAdvertisement || type == kRedirect) {
    return base::Failure{DropReason::NdpRouterIgnored};
  }
  const auto kind = classify(type, message[1]);
  if (!kind) return base::Failure{DropReason::IcmpTypeIgnored};
  return parse_error(*kind, message);
}

void turn_echo_into_reply_v6(base::MutableByteSpan message, base::IpAddress source,
                             base::IpAddress destination) noexcept {
  CHECK(message.size() >= kIcmpHeaderBytes);
  message[0] = kEchoReply;
  store_be16(&message[2], 0);
  store_be16(&message[2], sum_over(message, source, destination));
}

}  // namespace penstock::wire
