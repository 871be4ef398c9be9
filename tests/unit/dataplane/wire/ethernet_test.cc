// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ethernet.h"

#include <gtest/gtest.h>

#include <array>

namespace penstock::wire {
namespace {

constexpr EthernetHeader kHeader{
    .destination = {{1, 2, 3, 4, 5, 6}}, .source = {{2, 8, 9, 10, 11, 12}}, .type = EtherType::Arp};

TEST(Ethernet, ParsesWhatItEmits) {
  std::array<uint8_t, kEthernetHeaderBytes> bytes;
  emit_ethernet(kHeader, bytes);
  const auto parsed = parse_ethernet(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->destination, kHeader.destination);
  EXPECT_EQ(parsed->source, kHeader.source);
  EXPECT_EQ(parsed->type, EtherType::Arp);
}

TEST(Ethernet, RefusesEveryTruncation) {
  std::array<uint8_t, kEthernetHeaderBytes> bytes;
  emit_ethernet(kHeader, bytes);
  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto parsed = parse_ethernet(base::ByteSpan(bytes).first(length));
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error(), DropReason::EthernetTooShort);
  }
}

TEST(Ethernet, RefusesTypesThatNobodyHereUnderstands) {
  std::array<uint8_t, kEthernetHeaderBytes> bytes;
  emit_ethernet(kHeader, bytes);
  bytes[12] = 0x81;  // a VLAN tag
  bytes[13] = 0x00;
  EXPECT_EQ(parse_ethernet(bytes).error(), DropReason::EthernetTypeUnknown);
}

}  // namespace
}  // namespace penstock::wire
