// SPDX-License-Identifier: Apache-2.0
#include "control/compile/version.h"

#include <gtest/gtest.h>

#include <regex>

namespace penstock::compile {
namespace {

TEST(Version, IsThreeNumbers) {
  EXPECT_TRUE(std::regex_match(version(), std::regex(R"(\d+\.\d+\.\d+)"))) << version();
}

}  // namespace
}  // namespace penstock::compile
