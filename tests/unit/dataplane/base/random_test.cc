// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/random.h"

#include <gtest/gtest.h>

#include <array>

namespace penstock::base {
namespace {

TEST(Random, RepeatsItselfFromItsSeed) {
  Random a(7);
  Random b(7);
  Random c(8);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(a.next(), c.next());
}

TEST(Random, IsUniformBelowABound) {
  Random random(1);
  std::array<int, 10> hits{};
  for (int i = 0; i < 10'000; ++i) ++hits[random.below(10)];
  for (const int count : hits) EXPECT_NEAR(count, 1000, 150);
}

TEST(SecretKeys, AreDifferentEachTime) {
  const SecretKey a = make_secret_key();
  const SecretKey b = make_secret_key();
  EXPECT_FALSE(a.k0 == b.k0 && a.k1 == b.k1);
}

}  // namespace
}  // namespace penstock::base
