// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ndp.h"

#include <gtest/gtest.h>

#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ipv6.h"
#include "tests/support/packet_builder.h"

namespace penstock::wire {
namespace {

using testing::Frame;
using testing::ip;
using testing::mac;

Frame example(NdpKind kind, std::optional<base::MacAddress> address = mac(7)) {
  const NdpMessage message{.kind = kind,
                           .target = ip("2001:db8::7"),
                           .mac = address,
                           .is_solicited = kind == NdpKind::Advertisement,
                           .overrides = false};
  Frame bytes(ndp_bytes(message));
  emit_ndp(message, ip("2001:db8::1"), ip("2001:db8::7"), bytes);
  return bytes;
}

TEST(Ndp, ParsesTheSolicitationThatItEmits) {
  const auto parsed = parse_ndp(example(NdpKind::Solicitation));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->kind, NdpKind::Solicitation);
  EXPECT_EQ(parsed->target, ip("2001:db8::7"));
  EXPECT_EQ(parsed->mac, mac(7));
}

TEST(Ndp, ParsesTheAdvertisementThatItEmits) {
  const auto parsed = parse_ndp(example(NdpKind::Advertisement));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->kind, NdpKind::Advertisement);
  EXPECT_TRUE(parsed->is_solicited);
  EXPECT_FALSE(parsed->overrides);
  EXPECT_EQ(parsed->mac, mac(7));
}

TEST(Ndp, SumsWhatItEmits) {
  const Frame bytes = example(NdpKind::Solicitation);
  Checksum checksum;
  checksum.add_pseudo_header(ip("2001:db8::1"), ip("2001:db8::7"), kProtocolIcmpv6,
                             static_cast<uint32_t>(bytes.size()));
  checksum.add(bytes);
  EXPECT_EQ(checksum.complement(), 0);
}

TEST(Ndp, RefusesEveryTruncationButTheOneWithoutOptions) {
  const Frame bytes = example(NdpKind::Advertisement);
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(parse_ndp(base::ByteSpan(bytes).first(length)).ok(), length == 24) << length;
  }
}

TEST(Ndp, DoesWithoutALinkLayerAddress) {
  const Frame bytes = example(NdpKind::Solicitation, std::nullopt);
  EXPECT_EQ(bytes.size(), 24u);
  EXPECT_FALSE(parse_ndp(bytes)->mac.has_value());
}

TEST(Ndp, SkipsOtherOptions) {
  Frame bytes = example(NdpKind::Solicitation);
  const Frame nonce{14, 1, 1, 2, 3, 4, 5, 6};
  bytes.insert(bytes.begin() + 24, nonce.begin(), nonce.end());
  EXPECT_EQ(parse_ndp(bytes)->mac, mac(7));
}

TEST(Ndp, DoesNotTakeTheOptionOfTheOtherKind) {
  Frame bytes = example(NdpKind::Solicitation);
  bytes[24] = 2;
  EXPECT_FALSE(parse_ndp(bytes)->mac.has_value());
}

TEST(Ndp, RefusesOptionsWithoutLengthOrBeyondTheMessage) {
  for (const uint8_t length : std::initializer_list<uint8_t>{0, 2}) {
    Frame bytes = example(NdpKind::Solicitation);
    bytes[25] = length;
    EXPECT_EQ(parse_ndp(bytes).error(), DropReason::NdpMalformed) << int{length};
  }
}

TEST(Ndp, RefusesACodeATargetOrAMacThatCannotBe) {
  Frame bytes = example(NdpKind::Solicitation);
  bytes[1] = 1;
  EXPECT_FALSE(parse_ndp(bytes));
  bytes = example(NdpKind::Solicitation);
  bytes[8] = 0xff;  // a multicast target
  EXPECT_FALSE(parse_ndp(bytes));
  bytes = example(NdpKind::Solicitation);
  bytes[26] |= 1;  // a group MAC
  EXPECT_FALSE(parse_ndp(bytes));
}

}  // namespace
}  // namespace penstock::wire
