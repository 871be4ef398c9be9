// SPDX-License-Identifier: Apache-2.0
//
// The pairs of check/: broken files, exact answers of `penstock check`, compiled and all.
#include <gtest/gtest.h>

#include "control/compile/configuration_check.h"
#include "tests/golden/golden_pairs.h"

namespace penstock::golden {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(PENSTOCK_GOLDEN) / "check";

class GoldenCheck : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenCheck, AnswersExactly) {
  const InsideFolder inside(kFolder);
  EXPECT_EQ(lines_of(compile::check_file(GetParam() + ".cfg").problems),
            text_of(GetParam() + ".problems"));
}

INSTANTIATE_TEST_SUITE_P(Pairs, GoldenCheck, ::testing::ValuesIn(names_in(kFolder)),
                         [](const auto& pair) { return pair.param; });

TEST(GoldenCheckFolder, HasTwelveBrokenFiles) { EXPECT_EQ(names_in(kFolder).size(), 12u); }

}  // namespace
}  // namespace penstock::golden
