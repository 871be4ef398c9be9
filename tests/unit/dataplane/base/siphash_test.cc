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

TEST(SipHash, DependsOnTheKeyAndOnTheRounds) {
  EXPECT_NE(siphash24(kKey, kWord0), siphash24({kKey.k0, kKey.k1 ^ 1}, kWord0));
  EXPECT_NE(siphash24(kKey, kWord0), siphash13(kKey, kWord0));
}

}  // namespace
}  // namespace penstock::base
