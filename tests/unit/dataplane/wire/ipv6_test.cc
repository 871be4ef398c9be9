// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ipv6.h"

#include <gtest/gtest.h>

#include <vector>

#include "dataplane/base/limits.h"
#include "dataplane/base/random.h"
#include "dataplane/wire/ipv4.h"
#include "tests/support/packet_builder.h"

namespace penstock::wire {
namespace {

using testing::build_ipv6;
using testing::Frame;
using testing::ip;

constexpr uint8_t kHopByHop = 0;
constexpr uint8_t kRouting = 43;
constexpr uint8_t kFragment = 44;
constexpr uint8_t kDestinationOptions = 60;
const Frame kPayload{1, 2, 3, 4, 5, 6, 7, 8};

// One extension header: its kind, and its bytes behind the next-header field.
struct Extension {
  uint8_t kind;
  Frame bytes;
};

// A destination options or hop-by-hop header of eight bytes with these six of options.
Extension options(uint8_t kind, Frame six) {
  six.insert(six.begin(), 0);
  return {kind, std::move(six)};
}

Frame packet_with(const std::vector<Extension>& extensions, const Frame& payload = kPayload) {
  Frame body;
  uint8_t first = kProtocolTcp;
  for (size_t i = 0; i < extensions.size(); ++i) {
    body.push_back(i + 1 < extensions.size() ? extensions[i + 1].kind : kProtocolTcp);
    body.insert(body.end(), extensions[i].bytes.begin(), extensions[i].bytes.end());
  }
  if (!extensions.empty()) first = extensions[0].kind;
  body.insert(body.end(), payload.begin(), payload.end());
  return build_ipv6(
      {.source = ip("2001:db8::1"), .destination = ip("2001:db8::2"), .protocol = first}, body);
}

DropReason refusal(const Frame& packet) { return parse_ipv6(packet).error(); }

TEST(Ipv6, ParsesWhatItEmits) {
  const Frame bytes = build_ipv6({.source = ip("2001:db8::1"),
                                  .destination = ip("fe80::5"),
                                  .protocol = kProtocolTcp,
                                  .hop_limit = 61},
                                 kPayload);
  const auto parsed = parse_ipv6(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->source, ip("2001:db8::1"));
  EXPECT_EQ(parsed->destination, ip("fe80::5"));
  EXPECT_EQ(parsed->protocol, kProtocolTcp);
  EXPECT_EQ(parsed->hop_limit, 61);
  EXPECT_EQ(parsed->header_bytes, kIpv6HeaderBytes);
  EXPECT_EQ(parsed->total_bytes, kIpv6HeaderBytes + kPayload.size());
}

TEST(Ipv6, RefusesEveryTruncation) {
  const Frame bytes = packet_with({options(kDestinationOptions, {1, 4, 0, 0, 0, 0})});
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(parse_ipv6(base::ByteSpan(bytes).first(length))) << length;
  }
}

TEST(Ipv6, LeavesEthernetPaddingOutOfTheTotalLength) {
  Frame bytes = packet_with({});
  bytes.resize(60);
  EXPECT_EQ(parse_ipv6(bytes)->total_bytes, kIpv6HeaderBytes + kPayload.size());
}

TEST(Ipv6, RefusesAnotherVersion) {
  Frame bytes = packet_with({});
  bytes[0] = 0x45;
  EXPECT_EQ(refusal(bytes), DropReason::IpVersionBad);
}

TEST(Ipv6, RefusesAPayloadLengthBeyondThePacket) {
  Frame bytes = packet_with({});
  ++bytes[5];
  EXPECT_EQ(refusal(bytes), DropReason::IpTotalLengthBad);
}

TEST(Ipv6, AcceptsAHopLimitOfZeroForItself) {
  Frame bytes = packet_with({});
  bytes[7] = 0;
  EXPECT_TRUE(parse_ipv6(bytes));
}

TEST(Ipv6, RefusesSourcesThatNoHostHas) {
  for (const char* source : {"ff02::1", "::1", "::ffff:10.0.0.1"}) {
    const Frame bytes = build_ipv6(
        {.source = ip(source), .destination = ip("2001:db8::2"), .protocol = 6}, kPayload);
    EXPECT_EQ(refusal(bytes), DropReason::IpSourceIllegal) << source;
  }
}

TEST(Ipv6, RefusesADestinationThatWouldPassForAnIpv4Address) {
  const Frame bytes = build_ipv6(
      {.source = ip("2001:db8::1"), .destination = ip("::ffff:10.0.0.1"), .protocol = 6}, kPayload);
  EXPECT_EQ(refusal(bytes), DropReason::IpDestinationIllegal);
}

TEST(Ipv6, SkipsExtensionHeadersThatMayBeSkipped) {
  const Frame bytes = packet_with({options(kHopByHop, {5, 2, 0, 0, 1, 0}),
                                   options(kDestinationOptions, {1, 4, 0, 0, 0, 0}),
                                   {kRouting, {0, 3, 0, 0, 0, 0, 0}},
                                   options(kDestinationOptions, {0, 0, 0, 0, 0, 0})});
  const auto parsed = parse_ipv6(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->protocol, kProtocolTcp);
  EXPECT_EQ(parsed->header_bytes, kIpv6HeaderBytes + 4 * 8);
  EXPECT_EQ(parsed->total_bytes, bytes.size());
}

TEST(Ipv6, RefusesFirstAndLaterFragmentsAndTakesAtomicOnes) {
  EXPECT_EQ(refusal(packet_with({{kFragment, {0, 0, 1, 0, 0, 0, 7}}})), DropReason::Ipv6Fragment);
  EXPECT_EQ(refusal(packet_with({{kFragment, {0, 0, 8, 0, 0, 0, 7}}})), DropReason::Ipv6Fragment);
  EXPECT_EQ(refusal(packet_with({{kFragment, {0, 0x80, 0, 0, 0, 0, 7}}})),
            DropReason::Ipv6Fragment);
  EXPECT_TRUE(parse_ipv6(packet_with({{kFragment, {0, 0, 0, 0, 0, 0, 7}}})));
}

TEST(Ipv6, RefusesToBeARouter) {
  EXPECT_EQ(refusal(packet_with({{kRouting, {0, 0, 1, 0, 0, 0, 0}}})),
            DropReason::Ipv6ExtensionRefused);
}

TEST(Ipv6, RefusesUnknownOptionsThatMustNotBeSkipped) {
  for (const uint8_t kind : std::initializer_list<uint8_t>{0x40, 0x80, 0xc2}) {
    EXPECT_EQ(refusal(packet_with({options(kDestinationOptions, {kind, 4, 0, 0, 0, 0})})),
              DropReason::Ipv6ExtensionRefused)
        << int{kind};
  }
  EXPECT_TRUE(parse_ipv6(packet_with({options(kDestinationOptions, {0x3e, 4, 0, 0, 0, 0})})));
}

TEST(Ipv6, RefusesAnOptionBeyondItsHeader) {
  EXPECT_EQ(refusal(packet_with({options(kDestinationOptions, {1, 5, 0, 0, 0, 0})})),
            DropReason::Ipv6ExtensionMalformed);
  EXPECT_EQ(refusal(packet_with({options(kDestinationOptions, {0, 0, 0, 0, 0, 1})})),
            DropReason::Ipv6ExtensionMalformed);
}

TEST(Ipv6, RefusesAnExtensionHeaderBeyondThePacket) {
  EXPECT_EQ(refusal(packet_with({{kDestinationOptions, {2, 1, 4, 0, 0, 0, 0}}})),
            DropReason::Ipv6ExtensionMalformed);
  EXPECT_EQ(refusal(packet_with({options(kDestinationOptions, {})}, {})),
            DropReason::Ipv6ExtensionMalformed);
}

TEST(Ipv6, RefusesHopByHopOptionsThatDoNotStandFirst) {
  EXPECT_EQ(refusal(packet_with({options(kDestinationOptions, {1, 4, 0, 0, 0, 0}),
                                 options(kHopByHop, {1, 4, 0, 0, 0, 0})})),
            DropReason::Ipv6ExtensionMalformed);
}

TEST(Ipv6, WalksABoundedNumberOfExtensionHeaders) {
  std::vector<Extension> many(base::kIpv6ExtensionHeadersMax,
                              options(kDestinationOptions, {1, 4, 0, 0, 0, 0}));
  EXPECT_TRUE(parse_ipv6(packet_with(many)));
  many.push_back(many.back());
  EXPECT_EQ(refusal(packet_with(many)), DropReason::Ipv6ExtensionLimit);
}

TEST(Ipv6, WalksABoundedNumberOfBytes) {
  const auto of = [](size_t bytes) {
    Frame body(bytes - 1, 0);  // the rest is Pad1
    body[0] = static_cast<uint8_t>(bytes / 8 - 1);
    return packet_with({{kDestinationOptions, body}});
  };
  EXPECT_TRUE(parse_ipv6(of(base::kIpv6ExtensionBytesMax)));
  EXPECT_EQ(refusal(of(base::kIpv6ExtensionBytesMax + 8)), DropReason::Ipv6ExtensionLimit);
}

TEST(Ipv6, SurvivesRandomExtensionHeaders) {
  base::Random random(6);
  for (int round = 0; round < 50'000; ++round) {
    Frame body(random.below(80));
    for (uint8_t& byte : body) byte = static_cast<uint8_t>(random.below(64));
    constexpr uint8_t kKinds[] = {kHopByHop, kRouting, kFragment, kDestinationOptions};
    const Frame packet = build_ipv6({.source = ip("2001:db8::1"),
                                     .destination = ip("2001:db8::2"),
                                     .protocol = kKinds[random.below(4)]},
                                    body);
    const auto parsed = parse_ipv6(packet);
    if (!parsed) continue;
    EXPECT_LE(parsed->header_bytes, parsed->total_bytes);
  }
}

TEST(Ipv6, ReadsAQuotedHeader) {
  const Frame bytes = packet_with({});
  EXPECT_EQ(parse_quoted_ipv6(bytes)->destination, ip("2001:db8::2"));
  EXPECT_FALSE(parse_quoted_ipv6(base::ByteSpan(bytes).first(39)));
}

TEST(Ipv6, KnowsLinkLocalAndMulticastAddresses) {
  EXPECT_TRUE(is_link_local_v6(ip("fe80::1")));
  EXPECT_TRUE(is_link_local_v6(ip("febf::1")));
  EXPECT_FALSE(is_link_local_v6(ip("fec0::1")));
  EXPECT_TRUE(is_multicast_v6(ip("ff02::1")));
  EXPECT_FALSE(is_multicast_v6(ip("fe80::1")));
}

TEST(Ipv6, DerivesTheSolicitedNodeGroupAndItsMac) {
  EXPECT_EQ(solicited_node(ip("2001:db8::abcd:1234")), ip("ff02::1:ffcd:1234"));
  EXPECT_EQ(multicast_mac(ip("ff02::1:ffcd:1234")),
            (base::MacAddress{{0x33, 0x33, 0xff, 0xcd, 0x12, 0x34}}));
  EXPECT_EQ(multicast_mac(all_nodes()), (base::MacAddress{{0x33, 0x33, 0, 0, 0, 1}}));
}

TEST(Ipv6, MakesALinkLocalAddressOfAMac) {
  // RFC 2464 4: the example of the universal MAC 34-56-78-9A-BC-DE.
  EXPECT_EQ(link_local_of({{0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde}}), ip("fe80::3656:78ff:fe9a:bcde"));
}

}  // namespace
}  // namespace penstock::wire
