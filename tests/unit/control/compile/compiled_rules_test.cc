// SPDX-License-Identifier: Apache-2.0
#include "control/compile/compiled_rules.h"

#include <gtest/gtest.h>

#include "tests/support/configured.h"

namespace penstock::compile {
namespace {

using testing::checked;
using testing::configuration_text;
using testing::replaced;

SharedRules compiled(const model::Configuration& configuration, const SharedRules& previous) {
  auto rules = compile_rules(configuration, model::SourceMap(), previous);
  return rules.ok() ? std::move(rules).value() : nullptr;
}

TEST(CompiledRules, AreTakenOverWhenOnlyMembersChange) {
  const Checked before = checked();
  model::Configuration after = before.configuration;
  after.pools[0].backends.pop_back();
  after.timeouts.drain = base::Duration::from_s(1);
  EXPECT_EQ(compiled(after, before.rules), before.rules);
}

TEST(CompiledRules, AreCompiledAgainWhenARuleChanges) {
  const Checked before = checked();
  model::Configuration after = before.configuration;
  after.rules[0].path.text = "/other";
  EXPECT_NE(compiled(after, before.rules), before.rules);
}

TEST(CompiledRules, AreCompiledAgainWhenPoolsChangePlaces) {
  const Checked before = checked();
  model::Configuration after = before.configuration;
  std::swap(after.pools[0], after.pools[1]);
  EXPECT_NE(compiled(after, before.rules), before.rules);
}

const char* const kTwoListeners =
    R"(( { name = "web"; address = "10.80.1.1:80"; }, { name = "alt"; address = "10.80.1.1:81"; } ))";

std::string with_two_listeners(std::string_view rules) {
  return replaced(configuration_text(rules), R"(( { name = "web"; address = "10.80.1.1:80"; } ))",
                  kTwoListeners);
}

TEST(CompiledRules, AreOneTableForListenersWithTheSameRules) {
  const Checked both = checked(with_two_listeners(testing::kTwoRules));
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both.rules->tables.size(), 1u);
  EXPECT_EQ(both.rules->table_of_listener, (std::vector<uint32_t>{0, 0}));
}

TEST(CompiledRules, AreATableEachForListenersWithRulesOfTheirOwn) {
  const Checked both = checked(with_two_listeners(
      R"({ name = "one"; listeners = ["alt"]; forward = "api"; }, { name = "all"; forward = "shop"; })"));
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both.rules->table_of_listener, (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(both.rules->tables[0].rules, std::vector<uint32_t>{1});
  EXPECT_EQ(both.rules->tables[1].rules, (std::vector<uint32_t>{0, 1}));
}

TEST(CompiledRules, TellAProblemOfTwoTablesOnceAndAtItsPlaceInTheFile) {
  const Checked both = checked(with_two_listeners(
      R"({ listeners = ["alt"]; forward = "api"; }, { path_regex = "/(a"; forward = "shop"; })"));
  ASSERT_EQ(both.problems.size(), 1u);
  EXPECT_EQ(both.problems[0].path, "rules[1].path_regex");
}

}  // namespace
}  // namespace penstock::compile
