// SPDX-License-Identifier: Apache-2.0
#include "control/compile/configuration_check.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/configured.h"

namespace penstock::compile {
namespace {

using testing::checked;
using testing::configuration_text;
using testing::replaced;

std::string told(const Checked& checked) {
  std::string text;
  for (const model::Problem& problem : checked.problems) text += problem.format() + "\n";
  return text;
}

TEST(ConfigurationCheck, AcceptsAGoodFile) {
  const Checked good = checked();
  EXPECT_EQ(told(good), "");
  ASSERT_NE(good.rules, nullptr);
}

TEST(ConfigurationCheck, TellsABadPatternInTheEnginesWords) {
  const Checked bad = checked(configuration_text(R"({ path_regex = "/v(1|2"; forward = "api"; })"));
  EXPECT_EQ(told(bad),
            "test.cfg:13: rules[0].path_regex: "
            "Missing close parenthesis for group started at index 2.\n");
  EXPECT_EQ(bad.rules, nullptr);
}

TEST(ConfigurationCheck, TellsEveryBadPattern) {
  const Checked bad = checked(configuration_text(
      R"({ path_regex = "/(a"; forward = "api"; }, { path_regex = "/[b"; forward = "api"; })"));
  ASSERT_EQ(bad.problems.size(), 2u);
  EXPECT_EQ(bad.problems[0].path, "rules[0].path_regex");
  EXPECT_EQ(bad.problems[1].path, "rules[1].path_regex");
}

TEST(ConfigurationCheck, TellsOtherProblemsWithThePatternsInOrderOfPlace) {
  const Checked bad =
      checked(replaced(configuration_text(R"({ path_regex = "/(a"; forward = "api"; })"),
                       "weight = 3", "weight = 300"));
  ASSERT_EQ(bad.problems.size(), 2u);
  EXPECT_EQ(bad.problems[0].path, "pools[0].backends[1].weight");
  EXPECT_EQ(bad.problems[1].path, "rules[0].path_regex");
}

TEST(ConfigurationCheck, TellsEachWrongKeyOnce) {
  const Checked bad = checked(
      configuration_text(R"({ hosts = ["bad host"]; methods = ["G T"]; forward = "no"; })"));
  std::set<std::string> paths;
  for (const model::Problem& problem : bad.problems) {
    EXPECT_TRUE(paths.insert(problem.path).second) << problem.format();
  }
  EXPECT_EQ(paths.size(), 3u);
}

TEST(ConfigurationCheck, CompilesNothingOfATextThatIsNone) {
  const Checked bad = checked("ports = (");
  EXPECT_EQ(bad.problems.size(), 1u);
  EXPECT_EQ(bad.rules, nullptr);
}

TEST(ConfigurationCheck, WarnsOfARuleThatCannotWin) {
  const Checked shadowed = checked(configuration_text(
      R"({ name = "a"; path = "/x"; forward = "api"; }, { name = "b"; path = "/x"; forward = "shop"; })"));
  EXPECT_TRUE(shadowed.ok());
  ASSERT_EQ(shadowed.warnings.size(), 1u);
  EXPECT_EQ(shadowed.warnings[0].path.substr(0, 8), "rules[1]");
}

TEST(ConfigurationCheck, TellsThatAFileIsMissing) {
  const Checked missing = check_file("no/such/file.cfg");
  ASSERT_EQ(missing.problems.size(), 1u);
  EXPECT_EQ(missing.problems[0].file, "no/such/file.cfg");
}

}  // namespace
}  // namespace penstock::compile
