// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/arp.h"

#include <gtest/gtest.h>

#include <array>

namespace penstock::wire {
namespace {

ArpMessage example() {
  return {.operation = ArpOperation::Reply,
          .sender_mac = {{2, 0, 0, 0, 0, 1}},
          .sender_ip = base::IpAddress::from_v4(0x0a000001),
          .target_mac = {{2, 0, 0, 0, 0, 2}},
          .target_ip = base::IpAddress::from_v4(0x0a000002)};
}

std::array<uint8_t, kArpBytes> example_bytes() {
  std::array<uint8_t, kArpBytes> bytes;
  emit_arp(example(), bytes);
  return bytes;
}

TEST(Arp, ParsesWhatItEmits) {
  const auto parsed = parse_arp(example_bytes());
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->operation, ArpOperation::Reply);
  EXPECT_EQ(parsed->sender_mac, example().sender_mac);
  EXPECT_EQ(parsed->sender_ip, example().sender_ip);
  EXPECT_EQ(parsed->target_mac, example().target_mac);
  EXPECT_EQ(parsed->target_ip, example().target_ip);
}

TEST(Arp, RefusesEveryTruncation) {
  const auto bytes = example_bytes();
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(parse_arp(base::ByteSpan(bytes).first(length)));
  }
}

TEST(Arp, RefusesOtherHardwareProtocolsLengthsAndOperations) {
  for (const size_t field : {1u, 2u, 4u, 5u, 7u}) {
    auto bytes = example_bytes();
    bytes[field] = 0x7f;
    const auto parsed = parse_arp(bytes);
    ASSERT_FALSE(parsed) << field;
    EXPECT_EQ(parsed.error(), DropReason::ArpMalformed);
  }
}

TEST(Arp, RefusesASenderThatIsAGroup) {
  auto bytes = example_bytes();
  bytes[8] = 0xff;
  EXPECT_FALSE(parse_arp(bytes));
}

}  // namespace
}  // namespace penstock::wire
