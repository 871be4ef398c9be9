// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/tcp_header.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/packet_builder.h"

namespace penstock::wire {
namespace {

constexpr TcpHeader kExample{.source_port = 40000,
                             .destination_port = 80,
                             .sequence = 0x01020304,
                             .acknowledgment = 0xfffffffe,
                             .flags = TcpFlag::Syn | TcpFlag::Ack,
                             .window = 0xabcd,
                             .urgent = 7,
                             .header_bytes = 20};

std::array<uint8_t, kTcpHeaderBytes> example() {
  std::array<uint8_t, kTcpHeaderBytes> bytes;
  emit_tcp_header(kExample, bytes);
  return bytes;
}

TEST(TcpHeader, ParsesWhatItEmits) {
  const auto parsed = parse_tcp_header(example());
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->source_port, 40000);
  EXPECT_EQ(parsed->destination_port, 80);
  EXPECT_EQ(parsed->sequence, 0x01020304u);
  EXPECT_EQ(parsed->acknowledgment, 0xfffffffeu);
  EXPECT_EQ(parsed->flags, TcpFlag::Syn | TcpFlag::Ack);
  EXPECT_EQ(parsed->window, 0xabcd);
  EXPECT_EQ(parsed->urgent, 7);
  EXPECT_EQ(parsed->header_bytes, 20);
}

TEST(TcpHeader, RefusesEveryTruncation) {
  const auto bytes = example();
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(parse_tcp_header(base::ByteSpan(bytes).first(length)).error(),
              DropReason::TcpTooShort);
  }
}

TEST(TcpHeader, RefusesADataOffsetOutsideTheSegment) {
  auto bytes = example();
  bytes[12] = 0x40;
  EXPECT_EQ(parse_tcp_header(bytes).error(), DropReason::TcpHeaderLengthBad);
  bytes[12] = 0x60;
  EXPECT_EQ(parse_tcp_header(bytes).error(), DropReason::TcpHeaderLengthBad);
}

TEST(TcpHeader, RefusesPortZero) {
  auto bytes = example();
  bytes[0] = bytes[1] = 0;
  EXPECT_EQ(parse_tcp_header(bytes).error(), DropReason::TcpPortZero);
  bytes = example();
  bytes[2] = bytes[3] = 0;
  EXPECT_EQ(parse_tcp_header(bytes).error(), DropReason::TcpPortZero);
}

TEST(TcpFlags, AreASet) {
  TcpFlags flags = TcpFlag::Fin | TcpFlag::Ack;
  EXPECT_TRUE(flags.fin());
  EXPECT_TRUE(flags.ack());
  EXPECT_FALSE(flags.syn());
  flags |= TcpFlag::Psh;
  EXPECT_TRUE(flags.psh());
  EXPECT_EQ(flags.without(TcpFlag::Fin).without(TcpFlag::Psh), TcpFlags(TcpFlag::Ack));
}

TEST(TcpChecksum, IsGoodForABuiltSegmentAndBadForEverySingleBitError) {
  const auto segment = testing::build_tcp({.source = testing::endpoint("10.0.0.1", 1),
                                           .destination = testing::endpoint("10.0.0.2", 2),
                                           .flags = TcpFlag::Ack,
                                           .payload = "odd"});
  const auto good = [](base::ByteSpan bytes) {
    return tcp_checksum_good(testing::ip("10.0.0.1"), testing::ip("10.0.0.2"), bytes);
  };
  EXPECT_TRUE(good(segment));
  for (size_t bit = 0; bit < segment.size() * 8; ++bit) {
    auto bad = segment;
    bad[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    EXPECT_FALSE(good(bad)) << bit;
  }
}

}  // namespace
}  // namespace penstock::wire
