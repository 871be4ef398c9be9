// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/pattern_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace penstock::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

PatternSet compile(const std::vector<Pattern>& patterns) {
  auto compiled = PatternSet::compile(patterns);
  return std::move(compiled).value();
}

std::vector<uint32_t> scan(const PatternSet& set, std::string_view text) {
  PatternScratch scratch;
  scratch.grow_for(set);
  const auto ids = set.scan(text, scratch);
  return {ids.begin(), ids.end()};
}

TEST(PatternSet, WorksOnThisMachine) { EXPECT_EQ(pattern_engine_problem(), std::nullopt); }

TEST(PatternSet, NamesAllPatternsThatMatch) {
  const PatternSet set = compile({{"^/a"}, {"^/b"}, {"x$"}});
  EXPECT_THAT(scan(set, "/a/x"), UnorderedElementsAre(0u, 2u));
  EXPECT_THAT(scan(set, "/b"), ElementsAre(1u));
  EXPECT_THAT(scan(set, "/c"), IsEmpty());
}

TEST(PatternSet, NamesAPatternOnceHoweverOftenItMatches) {
  const PatternSet set = compile({{"a"}, {"a+"}});
  EXPECT_THAT(scan(set, std::string(1000, 'a')), UnorderedElementsAre(0u, 1u));
}

TEST(PatternSet, FoldsCaseOnlyWhereAsked) {
  const PatternSet set = compile({{"^abc", Letters::CaseInsensitive}, {"^abc"}});
  EXPECT_THAT(scan(set, "ABC"), ElementsAre(0u));
}

TEST(PatternSet, MatchesAPatternThatTakesNothing) {
  EXPECT_THAT(scan(compile({{".*"}}), "/a"), ElementsAre(0u));
  EXPECT_THAT(scan(compile({{"^(?:x*)"}}), "/a"), ElementsAre(0u));
}

TEST(PatternSet, TakesAnEmptyText) {
  EXPECT_THAT(scan(compile({{"^/a"}}), std::string_view{}), IsEmpty());
}

TEST(PatternSet, MatchesNothingWhenItIsEmpty) {
  EXPECT_THAT(scan(compile({}), "/a"), IsEmpty());
  EXPECT_THAT(scan(PatternSet{}, "/a"), IsEmpty());
}

TEST(PatternSet, ScratchServesEverySetItHasGrownFor) {
  const PatternSet one = compile({{"^/a"}});
  std::vector<Pattern> many;
  for (int i = 0; i < 200; ++i) many.push_back({"^/x" + std::to_string(i) + "(?:/|\\z)"});
  const PatternSet other = compile(many);
  PatternScratch scratch;
  scratch.grow_for(other);
  scratch.grow_for(one);
  EXPECT_THAT(one.scan("/a", scratch), ElementsAre(0u));
  EXPECT_THAT(other.scan("/x17/y", scratch), ElementsAre(17u));
}

TEST(PatternSet, ReportsEveryBadPatternInHyperscansWords) {
  const auto compiled =
      PatternSet::compile(std::vector<Pattern>{{"(a"}, {"^/good"}, {"[b"}, {"(?=c)d"}});
  ASSERT_FALSE(compiled.ok());
  ASSERT_EQ(compiled.error().size(), 3u);
  EXPECT_EQ(compiled.error()[0].pattern, 0u);
  EXPECT_THAT(compiled.error()[0].text, HasSubstr("Missing close parenthesis"));
  EXPECT_EQ(compiled.error()[1].pattern, 2u);
  EXPECT_EQ(compiled.error()[2].pattern, 3u);
}

TEST(PatternSet, JudgesOneExpression) {
  EXPECT_EQ(expression_problem("/v[0-9]+"), std::nullopt);
  EXPECT_THAT(expression_problem("(a").value(), HasSubstr("Missing close parenthesis"));
  EXPECT_THAT(expression_problem("(a)\\1").value(), HasSubstr("Back-references are unsupported"));
}

TEST(PatternSet, KnowsTheSizeOfItsDatabase) {
  EXPECT_GT(compile({{"^/a"}}).database_bytes(), 0u);
  EXPECT_EQ(PatternSet{}.database_bytes(), 0u);
}

}  // namespace
}  // namespace penstock::route
