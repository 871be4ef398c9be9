// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/icmp.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/packet_builder.h"

namespace penstock::wire {
namespace {

using testing::build_icmp;
using testing::endpoint;

testing::Frame quoted_segment() {
  return testing::build_tcp_packet({.source = endpoint("10.0.0.1", 40000),
                                    .destination = endpoint("10.0.0.2", 80),
                                    .sequence = 0xdeadbeef,
                                    .flags = TcpFlag::Ack});
}

TEST(Icmp, KnowsAnEchoRequest) {
  const auto message = parse_icmp(build_icmp(8, 0, 0x00010002, base::as_bytes("ping")));
  ASSERT_TRUE(message);
  EXPECT_TRUE(std::holds_alternative<IcmpEchoRequest>(*message));
}

TEST(Icmp, TurnsARequestIntoAReplyWithARightChecksum) {
  auto bytes = build_icmp(8, 0, 0x00010002, base::as_bytes("ping!"));
  turn_echo_into_reply(bytes);
  EXPECT_EQ(bytes, build_icmp(0, 0, 0x00010002, base::as_bytes("ping!")));
}

TEST(Icmp, ReadsTheConnectionThatAnErrorQuotes) {
  const auto message = parse_icmp(build_icmp(3, 1, 0, quoted_segment()));
  ASSERT_TRUE(message);
  const auto& error = std::get<IcmpError>(*message);
  EXPECT_EQ(error.kind, IcmpErrorKind::NetworkUnreachable);
  EXPECT_EQ(error.source, endpoint("10.0.0.1", 40000));
  EXPECT_EQ(error.destination, endpoint("10.0.0.2", 80));
  EXPECT_EQ(error.sequence, 0xdeadbeef);
}

TEST(Icmp, ReadsTheNextHopMtu) {
  const auto message = parse_icmp(build_icmp(3, 4, 1400, quoted_segment()));
  const auto& error = std::get<IcmpError>(*message);
  EXPECT_EQ(error.kind, IcmpErrorKind::FragmentationNeeded);
  EXPECT_EQ(error.next_hop_mtu, 1400);
}

TEST(Icmp, ClassifiesErrors) {
  const auto kind_of = [](uint8_t type, uint8_t code) {
    return std::get<IcmpError>(*parse_icmp(build_icmp(type, code, 0, quoted_segment()))).kind;
  };
  EXPECT_EQ(kind_of(3, 0), IcmpErrorKind::NetworkUnreachable);
  EXPECT_EQ(kind_of(3, 2), IcmpErrorKind::PortUnreachable);
  EXPECT_EQ(kind_of(3, 3), IcmpErrorKind::PortUnreachable);
  EXPECT_EQ(kind_of(3, 13), IcmpErrorKind::Prohibited);
  EXPECT_EQ(kind_of(11, 0), IcmpErrorKind::TimeExceeded);
}

TEST(Icmp, NeedsOnlyEightBytesOfTheQuotedSegment) {
  auto quote = quoted_segment();
  quote.resize(28);
  EXPECT_TRUE(parse_icmp(build_icmp(3, 1, 0, quote)));
  quote.resize(27);
  EXPECT_EQ(parse_icmp(build_icmp(3, 1, 0, quote)).error(), DropReason::IcmpQuoteMalformed);
}

TEST(Icmp, SurvivesEveryTruncationOfAnError) {
  const auto quote = quoted_segment();
  for (size_t length = 0; length < 28; ++length) {
    EXPECT_FALSE(parse_icmp(build_icmp(3, 1, 0, base::ByteSpan(quote).first(length)))) << length;
  }
}

TEST(Icmp, RefusesABadChecksum) {
  auto bytes = build_icmp(8, 0, 0, base::as_bytes("ping"));
  bytes[9] ^= 1;
  EXPECT_EQ(parse_icmp(bytes).error(), DropReason::IcmpChecksumBad);
}

TEST(Icmp, RefusesLessThanAHeader) {
  EXPECT_EQ(parse_icmp(std::vector<uint8_t>(7)).error(), DropReason::IcmpTooShort);
}

TEST(Icmp, IgnoresOtherTypesAndOtherProtocolsQuoted) {
  EXPECT_EQ(parse_icmp(build_icmp(13, 0, 0, {})).error(), DropReason::IcmpTypeIgnored);
  auto quote = quoted_segment();
  quote[9] = 17;
  EXPECT_EQ(parse_icmp(build_icmp(3, 3, 0, quote)).error(), DropReason::IcmpTypeIgnored);
}

}  // namespace
}  // namespace penstock::wire
