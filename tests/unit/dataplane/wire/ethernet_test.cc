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
  bytes[12] = 0x88;  // LLDP
  bytes[13] = 0xcc;
  EXPECT_EQ(parse_ethernet(bytes).error(), DropReason::EthernetTypeUnknown);
}

std::array<uint8_t, kEthernetHeaderBytes + kVlanTagBytes> tagged(uint16_t vlan) {
  std::array<uint8_t, kEthernetHeaderBytes + kVlanTagBytes> bytes;
  EthernetHeader header = kHeader;
  header.vlan = vlan;
  emit_ethernet(header, bytes);
  return bytes;
}

TEST(Ethernet, ParsesTheTagThatItEmits) {
  const auto parsed = parse_ethernet(tagged(100));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->vlan, 100);
  EXPECT_EQ(parsed->bytes, 18);
  EXPECT_EQ(parsed->type, EtherType::Arp);
  EXPECT_EQ(parsed->source, kHeader.source);
}

TEST(Ethernet, TakesThePriorityOutOfATag) {
  auto bytes = tagged(100);
  bytes[14] |= 0xf0;
  EXPECT_EQ(parse_ethernet(bytes)->vlan, 100);
}

TEST(Ethernet, TakesAPriorityTagForNone) {
  auto bytes = tagged(1);
  bytes[15] = 0;
  const auto parsed = parse_ethernet(bytes);
  EXPECT_EQ(parsed->vlan, kVlanNone);
  EXPECT_EQ(parsed->bytes, 18);
}

TEST(Ethernet, RefusesEveryTruncationOfATag) {
  const auto bytes = tagged(100);
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(parse_ethernet(base::ByteSpan(bytes).first(length)).error(),
              DropReason::EthernetTooShort);
  }
}

TEST(Ethernet, RefusesASecondTag) {
  auto bytes = tagged(100);
  bytes[16] = 0x81;
  bytes[17] = 0x00;
  EXPECT_EQ(parse_ethernet(bytes).error(), DropReason::EthernetTypeUnknown);
}

}  // namespace
}  // namespace penstock::wire
