// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/icmpv6.h"

#include <gtest/gtest.h>

#include "dataplane/wire/ipv6.h"
#include "tests/support/packet_builder.h"

namespace penstock::wire {
namespace {

using testing::build_icmpv6_message;
using testing::endpoint;
using testing::Frame;
using testing::ip;

const base::IpAddress kPeer = ip("2001:db8::2");
const base::IpAddress kUs = ip("2001:db8::1");

Frame message(uint8_t type, uint8_t code, uint32_t rest, Frame body) {
  return build_icmpv6_message({.source = kPeer,
                               .destination = kUs,
                               .type = type,
                               .code = code,
                               .rest_of_header = rest,
                               .body = std::move(body)});
}

Frame quoted_segment() {
  return testing::build_tcp_packet({.source = endpoint("2001:db8::1", 40000),
                                    .destination = endpoint("2001:db8:9::2", 80),
                                    .sequence = 0xdeadbeef,
                                    .flags = TcpFlag::Ack});
}

auto parse(const Frame& bytes) { return parse_icmpv6(bytes, kPeer, kUs); }

TEST(Icmpv6, KnowsAnEchoRequestAndTurnsItIntoAReply) {
  Frame bytes = message(128, 0, 0x00010002, {'p', 'i', 'n', 'g', '!'});
  ASSERT_TRUE(parse(bytes));
  EXPECT_TRUE(std::holds_alternative<IcmpEchoRequest>(*parse(bytes)));
  turn_echo_into_reply_v6(bytes, kUs, kPeer);
  EXPECT_EQ(bytes, message(129, 0, 0x00010002, {'p', 'i', 'n', 'g', '!'}));
}

TEST(Icmpv6, ReadsTheConnectionThatAnErrorQuotes) {
  const auto parsed = parse(message(1, 0, 0, quoted_segment()));
  ASSERT_TRUE(parsed);
  const auto& error = std::get<IcmpError>(*parsed);
  EXPECT_EQ(error.kind, IcmpErrorKind::NetworkUnreachable);
  EXPECT_EQ(error.source, endpoint("2001:db8::1", 40000));
  EXPECT_EQ(error.destination, endpoint("2001:db8:9::2", 80));
  EXPECT_EQ(error.sequence, 0xdeadbeef);
}

TEST(Icmpv6, ReadsTheMtuOfAPacketTooBig) {
  const auto mtu_of = [](uint32_t mtu) {
    const auto parsed = parse(message(2, 0, mtu, quoted_segment()));
    const auto& error = std::get<IcmpError>(*parsed);
    EXPECT_EQ(error.kind, IcmpErrorKind::FragmentationNeeded);
    return error.next_hop_mtu;
  };
  EXPECT_EQ(mtu_of(1280), 1280);
  EXPECT_EQ(mtu_of(0x10000), UINT16_MAX);
}

TEST(Icmpv6, ClassifiesErrors) {
  const auto kind_of = [](uint8_t type, uint8_t code) {
    return std::get<IcmpError>(*parse(message(type, code, 0, quoted_segment()))).kind;
  };
  EXPECT_EQ(kind_of(1, 1), IcmpErrorKind::Prohibited);
  EXPECT_EQ(kind_of(1, 3), IcmpErrorKind::NetworkUnreachable);
  EXPECT_EQ(kind_of(1, 4), IcmpErrorKind::PortUnreachable);
  EXPECT_EQ(kind_of(1, 5), IcmpErrorKind::Prohibited);
  EXPECT_EQ(kind_of(3, 0), IcmpErrorKind::TimeExceeded);
  EXPECT_EQ(kind_of(4, 1), IcmpErrorKind::PortUnreachable);
}

TEST(Icmpv6, NeedsOnlyEightBytesOfTheQuotedSegment) {
  Frame quote = quoted_segment();
  quote.resize(48);
  EXPECT_TRUE(parse(message(1, 0, 0, quote)));
  for (size_t length = 0; length < 48; ++length) {
    quote.resize(length);
    EXPECT_EQ(parse(message(1, 0, 0, quote)).error(), DropReason::IcmpQuoteMalformed) << length;
  }
}

TEST(Icmpv6, IgnoresOtherTypesAndOtherProtocolsQuoted) {
  EXPECT_EQ(parse(message(130, 0, 0, {})).error(), DropReason::IcmpTypeIgnored);
  EXPECT_EQ(parse(message(4, 0, 0, quoted_segment())).error(), DropReason::IcmpTypeIgnored);
  Frame quote = quoted_segment();
  quote[6] = 17;
  EXPECT_EQ(parse(message(1, 4, 0, quote)).error(), DropReason::IcmpTypeIgnored);
}

TEST(Icmpv6, IgnoresRoutersWithAReasonOfTheirOwn) {
  for (const uint8_t type : std::initializer_list<uint8_t>{133, 134, 137}) {
    EXPECT_EQ(parse(message(type, 0, 0, Frame(16))).error(), DropReason::NdpRouterIgnored);
  }
}

TEST(Icmpv6, CarriesNeighborDiscovery) {
  const NdpMessage message{.kind = NdpKind::Solicitation, .target = kUs, .mac = testing::mac(2)};
  Frame bytes(ndp_bytes(message));
  emit_ndp(message, kPeer, kUs, bytes);
  const auto parsed = parse(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(std::get<NdpMessage>(*parsed).target, kUs);
  bytes.resize(20);
  EXPECT_FALSE(parse(bytes));
}

TEST(Icmpv6, RefusesABadChecksumAndOtherAddresses) {
  Frame bytes = message(128, 0, 0, {'p', 'i', 'n', 'g'});
  EXPECT_EQ(parse_icmpv6(bytes, kPeer, ip("2001:db8::3")).error(), DropReason::IcmpChecksumBad);
  bytes[9] ^= 1;
  EXPECT_EQ(parse(bytes).error(), DropReason::IcmpChecksumBad);
}

TEST(Icmpv6, RefusesLessThanAHeader) {
  EXPECT_EQ(parse(Frame(7)).error(), DropReason::IcmpTooShort);
}

}  // namespace
}  // namespace penstock::wire
