// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/siphash.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

// The key 00 01 .. 0f and the messages 00 01 .. of the authors' test vectors.
constexpr SecretKey kKey{0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull};
constexpr uint64_t kWord0 = 0x0706050403020100ull;
constexpr uint64_t kWord1 = 0x0f0e0d0c0b0a0908ull;

TEST(SipHash, AgreesWithTheAuthorsVectors) {
  EXPECT_EQ(siphash24(kKey), 0x726fdb47dd0e0e31ull);
  EXPECT_EQ(siphash24(kKey, kWord0), 0x93f5f5799a932462ull);
  EXPECT_EQ(siphash24(kKey, kWord0, kWord1), 0x3f2acc7f57c29bdbull);
}

TEST(SipHash, OfATextIsThatOfItsBytesBehindAWord) {
  const std::string_view bytes("\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", 8);
  EXPECT_EQ(siphash13_text(kKey, kWord0, bytes), siphash13(kKey, kWord0, kWord1));
  EXPECT_EQ(siphash13_text(kKey, kWord0, ""), siphash13(kKey, kWord0));
}

TEST(SipHash, TellsTextsApart) {
  const auto hash = [](std::string_view text) { return siphash13_text(kKey, 0, text); };
  EXPECT_NE(hash("a"), hash(std::string_view("a\0", 2)));
  EXPECT_NE(hash("12345678"), hash("123456789"));
  EXPECT_NE(hash("123456789"), hash("123456788"));
}

TEST(SipHash, DependsOnTheKeyAndOnTheRounds) {
  EXPECT_NE(siphash24(kKey, kWord0), siphash24({kKey.k0, kKey.k1 ^ 1}, kWord0));
  EXPECT_NE(siphash24(kKey, kWord0), siphash13(kKey, kWord0));
}

}  // namespace
}  // namespace penstock::base
