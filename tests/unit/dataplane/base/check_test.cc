// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/check.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

TEST(CheckDeathTest, NamesWhatWasNotTrue) {
  const int apples = 3;
  EXPECT_DEATH(CHECK(apples == 4), "check_test.cc:[0-9]+: CHECK failed: apples == 4");
}

TEST(Check, IsSilentWhenAllIsWell) { CHECK(1 + 1 == 2); }

}  // namespace
}  // namespace penstock::base
