// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/checksum.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "dataplane/base/random.h"

namespace penstock::wire {
namespace {

// RFC 1071 as its text says it: 16-bit words, carries added at the end.
uint16_t plain_sum(base::ByteSpan bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

std::vector<uint8_t> random_bytes(size_t count, uint64_t seed) {
  base::Random random(seed);
  std::vector<uint8_t> bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
  return bytes;
}

TEST(Checksum, AgreesWithTheExampleOfRfc1071) {
  const std::array<uint8_t, 8> bytes{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  Checksum checksum;
  checksum.add(bytes);
  EXPECT_EQ(checksum.sum(), 0xddf2);
  EXPECT_EQ(checksum.complement(), 0x220d);
}

TEST(Checksum, AgreesWithThePlainSumForEveryLength) {
  for (size_t length = 0; length < 200; ++length) {
    const auto bytes = random_bytes(length, length);
    Checksum checksum;
    checksum.add(bytes);
    EXPECT_EQ(checksum.sum(), plain_sum(bytes)) << length;
  }
}

TEST(Checksum, DoesNotCareWhereTheSpansAreSplit) {
  const auto bytes = random_bytes(37, 7);
  const base::ByteSpan all(bytes);
  for (size_t first = 0; first <= all.size(); ++first) {
    for (size_t second = first; second <= all.size(); ++second) {
      Checksum checksum;
      checksum.add(all.first(first));
      checksum.add(all.subspan(first, second - first));
      checksum.add(all.subspan(second));
      ASSERT_EQ(checksum.sum(), plain_sum(bytes)) << first << ' ' << second;
    }
  }
}

TEST(Checksum, KeepsEveryCarryOfALargeSpan) {
  const std::vector<uint8_t> bytes(65535, 0xff);
  Checksum checksum;
  checksum.add(bytes);
  EXPECT_EQ(checksum.sum(), plain_sum(bytes));
}

TEST(Checksum, IsZeroOverDataThatHoldsItsChecksum) {
  // The IPv4 header example of many textbooks.
  const std::array<uint8_t, 20> header{0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                                       0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7};
  EXPECT_EQ(checksum_of(header), 0);
}

TEST(Checksum, SumsThePseudoHeaderAsRfc8200DrawsIt) {
  std::vector<uint8_t> drawn = random_bytes(32, 8);
  const auto address = [&](size_t at) {
    const auto half = [&](size_t from) {
      uint64_t value = 0;
      for (size_t i = 0; i < 8; ++i) value = value << 8 | drawn[from + i];
      return value;
    };
    return base::IpAddress::from_v6(half(at), half(at + 8));
  };
  const uint16_t sum = pseudo_header_sum(address(0), address(16), 6, 0x00012345);
  drawn.insert(drawn.end(), {0x00, 0x01, 0x23, 0x45, 0, 0, 0, 6});
  EXPECT_EQ(sum, plain_sum(drawn));
}

TEST(Checksum, SumsThePseudoHeaderAsRfc9293DrawsIt) {
  const std::array<uint8_t, 12> drawn{10, 0, 0, 1, 192, 168, 7, 9, 0, 6, 0x05, 0xb4};
  EXPECT_EQ(pseudo_header_sum(base::IpAddress::from_v4(0x0a000001),
                              base::IpAddress::from_v4(0xc0a80709), 6, 0x05b4),
            plain_sum(drawn));
}

}  // namespace
}  // namespace penstock::wire
