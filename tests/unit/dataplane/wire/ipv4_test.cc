// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ipv4.h"

#include <gtest/gtest.h>

#include <vector>

#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"

namespace penstock::wire {
namespace {

constexpr size_t kPayloadBytes = 8;

std::vector<uint8_t> example() {
  std::vector<uint8_t> bytes(kIpv4HeaderBytes + kPayloadBytes, 0xab);
  emit_ipv4({.source = base::IpAddress::from_v4(0x0a000001),
             .destination = base::IpAddress::from_v4(0x0a000002),
             .protocol = kProtocolTcp,
             .ttl = 61,
             .total_bytes = kIpv4HeaderBytes + kPayloadBytes,
             .identification = 0x1234},
            bytes);
  return bytes;
}

// Makes the checksum right again after a field was changed.
std::vector<uint8_t> summed(std::vector<uint8_t> bytes) {
  const size_t header_bytes = std::min<size_t>((bytes[0] & 0x0f) * 4u, bytes.size());
  store_be16(&bytes[10], 0);
  store_be16(&bytes[10], checksum_of(base::ByteSpan(bytes).first(header_bytes)));
  return bytes;
}

std::vector<uint8_t> with_byte(size_t at, uint8_t value) {
  auto bytes = example();
  bytes[at] = value;
  return summed(bytes);
}

TEST(Ipv4, ParsesWhatItEmits) {
  const auto parsed = parse_ipv4(example());
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->source, base::IpAddress::from_v4(0x0a000001));
  EXPECT_EQ(parsed->destination, base::IpAddress::from_v4(0x0a000002));
  EXPECT_EQ(parsed->protocol, kProtocolTcp);
  EXPECT_EQ(parsed->ttl, 61);
  EXPECT_EQ(parsed->header_bytes, kIpv4HeaderBytes);
  EXPECT_EQ(parsed->total_bytes, kIpv4HeaderBytes + kPayloadBytes);
  EXPECT_EQ(parsed->identification, 0x1234);
}

TEST(Ipv4, SetsDontFragment) { EXPECT_EQ(example()[6], 0x40); }

TEST(Ipv4, RefusesEveryTruncation) {
  const auto bytes = example();
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(parse_ipv4(base::ByteSpan(bytes).first(length))) << length;
  }
}

TEST(Ipv4, LeavesEthernetPaddingOutOfTheTotalLength) {
  auto bytes = example();
  bytes.resize(46);
  EXPECT_EQ(parse_ipv4(bytes)->total_bytes, kIpv4HeaderBytes + kPayloadBytes);
}

TEST(Ipv4, RefusesAnotherVersion) {
  EXPECT_EQ(parse_ipv4(with_byte(0, 0x65)).error(), DropReason::IpVersionBad);
}

TEST(Ipv4, RefusesAHeaderShorterThanTwentyBytes) {
  EXPECT_EQ(parse_ipv4(with_byte(0, 0x44)).error(), DropReason::IpHeaderLengthBad);
}

TEST(Ipv4, RefusesAHeaderLongerThanThePacket) {
  EXPECT_EQ(parse_ipv4(with_byte(0, 0x4f)).error(), DropReason::IpHeaderLengthBad);
}

TEST(Ipv4, RefusesATotalLengthShorterThanTheHeader) {
  EXPECT_EQ(parse_ipv4(with_byte(3, 19)).error(), DropReason::IpTotalLengthBad);
}

TEST(Ipv4, RefusesATotalLengthBeyondThePacket) {
  EXPECT_EQ(parse_ipv4(with_byte(3, 29)).error(), DropReason::IpTotalLengthBad);
}

TEST(Ipv4, RefusesEverySingleBitErrorInTheHeader) {
  for (size_t bit = 0; bit < kIpv4HeaderBytes * 8; ++bit) {
    auto bytes = example();
    bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    EXPECT_FALSE(parse_ipv4(bytes)) << bit;
  }
}

TEST(Ipv4, BelievesAPortThatVerifiedTheChecksum) {
  auto bytes = example();
  bytes[10] ^= 0xff;
  EXPECT_TRUE(parse_ipv4(bytes, HeaderChecksum::AlreadyGood));
}

TEST(Ipv4, SkipsOptions) {
  auto bytes = example();
  bytes[0] = 0x46;  // four bytes of payload become options
  const auto parsed = parse_ipv4(summed(bytes));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->header_bytes, 24);
}

TEST(Ipv4, RefusesFirstAndLaterFragments) {
  EXPECT_EQ(parse_ipv4(with_byte(6, 0x20)).error(), DropReason::IpFragment);
  EXPECT_EQ(parse_ipv4(with_byte(7, 0x01)).error(), DropReason::IpFragment);
}

TEST(Ipv4, RefusesAnExhaustedTtl) {
  EXPECT_EQ(parse_ipv4(with_byte(8, 0)).error(), DropReason::IpTtlZero);
}

TEST(Ipv4, RefusesSourcesThatNoHostHas) {
  for (const int first : {0, 127, 224, 239, 240, 255}) {
    EXPECT_EQ(parse_ipv4(with_byte(12, static_cast<uint8_t>(first))).error(),
              DropReason::IpSourceIllegal)
        << first;
  }
}

TEST(Ipv4, ReadsAQuotedHeaderWhoseChecksumRoutersChanged) {
  auto bytes = example();
  bytes[8] = 1;
  EXPECT_FALSE(parse_ipv4(bytes));
  EXPECT_TRUE(parse_quoted_ipv4(bytes));
  EXPECT_FALSE(parse_quoted_ipv4(base::ByteSpan(bytes).first(19)));
}

}  // namespace
}  // namespace penstock::wire
