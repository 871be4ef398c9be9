// SPDX-License-Identifier: Apache-2.0
//
// The pairs of config/: configuration text in, problems out, without compiling.
#include <gtest/gtest.h>

#include "control/config/load.h"
#include "tests/golden/golden_pairs.h"

namespace penstock::golden {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(PENSTOCK_GOLDEN) / "config";

class GoldenConfig : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenConfig, AnswersExactly) {
  const InsideFolder inside(kFolder);
  EXPECT_EQ(lines_of(config::load_file(GetParam() + ".cfg").problems),
            text_of(GetParam() + ".problems"));
}

INSTANTIATE_TEST_SUITE_P(Pairs, GoldenConfig, ::testing::ValuesIn(names_in(kFolder)),
                         [](const auto& pair) { return pair.param; });

TEST(GoldenConfigFolder, HasAPairForEveryProblemsFile) {
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".problems") continue;
    auto text = entry.path();
    EXPECT_TRUE(std::filesystem::exists(text.replace_extension(".cfg"))) << entry.path();
  }
}

}  // namespace
}  // namespace penstock::golden
