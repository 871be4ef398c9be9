// SPDX-License-Identifier: Apache-2.0
#include "control/compile/rule_paths.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::compile {
namespace {

using Kind = model::PathCondition::Kind;

std::string problem_of(Kind kind, const std::string& path, const model::Http& http = {}) {
  model::Configuration configuration;
  configuration.http = http;
  configuration.rules.resize(2);
  configuration.rules[1].path = {kind, path};
  const auto problems = paths_never_seen(configuration);
  if (problems.empty()) return "";
  EXPECT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].rule, 1u);
  EXPECT_EQ(problems[0].part, route::RulePart::Path);
  return problems[0].text;
}

TEST(RulePaths, MayBeInNormalForm) {
  for (const char* path : {"/", "/a/", "/a%20b", "/%E2%82%AC", "/a|b", "/.well-known"}) {
    EXPECT_EQ(problem_of(Kind::Exact, path), "") << path;
    EXPECT_EQ(problem_of(Kind::Prefix, path), "") << path;
  }
}

TEST(RulePaths, ThatNoRequestHasAreProblems) {
  const std::string text =
      "\"/a//%62\" is not as rules see paths; accepted: its normal form \"/a/b\"";
  EXPECT_EQ(problem_of(Kind::Exact, "/a//%62"), text);
  EXPECT_EQ(problem_of(Kind::Prefix, "/a//%62"), text);
  EXPECT_EQ(problem_of(Kind::Prefix, "/.."),
            "\"/..\" is in no request that rules see: such requests are refused (path_above_root)");
}

TEST(RulePaths, AreJudgedByThePolicyOfPaths) {
  EXPECT_EQ(
      problem_of(Kind::Exact, "/a//b", {.duplicate_slashes = model::Http::DuplicateSlashes::Keep}),
      "");
  EXPECT_EQ(problem_of(Kind::Exact, "/a%2Fb", {.encoded_slash = model::Http::EncodedSlash::Keep}),
            "");
  EXPECT_NE(problem_of(Kind::Exact, "/a%2Fb", {.encoded_slash = model::Http::EncodedSlash::Decode}),
            "");
  EXPECT_NE(problem_of(Kind::Exact, "/a%2Fb", {.encoded_slash = model::Http::EncodedSlash::Refuse}),
            "");
}

TEST(RulePaths, LeaveExpressionsAndWhatIsNoPathToOthers) {
  EXPECT_EQ(problem_of(Kind::Regex, "/a//.*"), "");
  EXPECT_EQ(problem_of(Kind::Any, ""), "");
  EXPECT_EQ(problem_of(Kind::Exact, "a//b"), "");
}

}  // namespace
}  // namespace penstock::compile
