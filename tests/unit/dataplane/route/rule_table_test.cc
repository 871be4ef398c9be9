// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/rule_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/dataplane/route/field_list.h"
#include "tests/unit/dataplane/route/rule_builder.h"

namespace penstock::route {
namespace {

using ::testing::HasSubstr;

class Router {
 public:
  explicit Router(const std::vector<Rule>& rules)
      : table_(std::move(RuleTable::compile(rules)).value()) {
    scratch_.grow_for(table_);
  }

  // The name of the rule that takes the request, or "".
  std::string choose(std::string_view host, std::string_view path) {
    return choose(RequestView{
        .method = "GET", .host = host, .path = path, .query = {}, .fields = nullptr, .source = {}});
  }
  std::string choose(const RequestView& request) {
    const Rule* rule = table_.choose(request, scratch_);
    return rule == nullptr ? "" : rule->name;
  }
  Explanation explain(std::string_view host, std::string_view path) {
    return table_.explain(
        {.method = "GET", .host = host, .path = path, .query = {}, .fields = nullptr, .source = {}},
        scratch_);
  }

 private:
  RuleTable table_;
  Scratch scratch_;
};

TEST(RuleTable, WithoutRulesTakesNothing) {
  EXPECT_EQ(Router({}).choose("a.example", "/"), "");
  RuleTable empty;
  Scratch scratch;
  scratch.grow_for(empty);
  EXPECT_EQ(empty.choose({}, scratch), nullptr);
}

TEST(RuleTable, ComparesHostsWithoutCaseAndTrailingDot) {
  Router router({rule("r").host("Shop.Example")});
  EXPECT_EQ(router.choose("shop.example", "/"), "r");
  EXPECT_EQ(router.choose("SHOP.EXAMPLE.", "/"), "r");
  EXPECT_EQ(router.choose("xshop.example", "/"), "");
  EXPECT_EQ(router.choose("", "/"), "");
}

TEST(RuleTable, TakesAWildcardForNamesBelowItAtAnyDepth) {
  Router router({rule("r").host("*.shop.example")});
  EXPECT_EQ(router.choose("a.shop.example", "/"), "r");
  EXPECT_EQ(router.choose("A.B.Shop.Example.", "/"), "r");
  EXPECT_EQ(router.choose("shop.example", "/"), "");
  EXPECT_EQ(router.choose(".shop.example", "/"), "");
  EXPECT_EQ(router.choose("ashop.example", "/"), "");
  EXPECT_EQ(router.choose("a.shopxexample", "/"), "");
}

TEST(RuleTable, TakesALongHostForRulesOfAnyHostOnly) {
  Router router({rule("wild").host("*.example"), rule("any").exact("/")});
  EXPECT_EQ(router.choose(std::string(300, 'a') + ".example", "/"), "any");
}

TEST(RuleTable, ComparesExactPathsByteByByte) {
  Router router({rule("r").exact("/a")});
  EXPECT_EQ(router.choose("h", "/a"), "r");
  for (const char* path : {"/", "/A", "/a/", "/ab", "/%61", "*"}) {
    EXPECT_EQ(router.choose("h", path), "") << path;
  }
}

TEST(RuleTable, ComparesPrefixesByPathElement) {
  for (const char* prefix : {"/a", "/a/"}) {
    Router router({rule("r").prefix(prefix)});
    for (const char* path : {"/a", "/a/", "/a/b", "/a//"}) {
      EXPECT_EQ(router.choose("h", path), "r") << path;
    }
    for (const char* path : {"/", "/ab", "/A", "/b/a"}) {
      EXPECT_EQ(router.choose("h", path), "") << path;
    }
  }
}

TEST(RuleTable, TakesTheRootPrefixForEveryPath) {
  Router router({rule("r").prefix("/")});
  EXPECT_EQ(router.choose("h", "/"), "r");
  EXPECT_EQ(router.choose("h", "/a/b"), "r");
  EXPECT_EQ(router.choose("h", "*"), "");
}

TEST(RuleTable, AnchorsRegularExpressionsAtTheStartOnly) {
  Router router({rule("r").regex("/v[0-9]+|/w")});
  EXPECT_EQ(router.choose("h", "/v12/x"), "r");
  EXPECT_EQ(router.choose("h", "/wx"), "r");
  EXPECT_EQ(router.choose("h", "/x/v12"), "");
  EXPECT_EQ(router.choose("h", "/x/w"), "");
  Router closed({rule("r").regex("/v[0-9]+$")});
  EXPECT_EQ(closed.choose("h", "/v1"), "r");
  EXPECT_EQ(closed.choose("h", "/v1/"), "");
}

TEST(RuleTable, PrefersTheLongestPrefix) {
  Router router({rule("root").prefix("/"), rule("a").prefix("/a"), rule("ab").prefix("/a/b")});
  EXPECT_EQ(router.choose("h", "/a/b/c"), "ab");
  EXPECT_EQ(router.choose("h", "/a/c"), "a");
  EXPECT_EQ(router.choose("h", "/c"), "root");
}

TEST(RuleTable, FallsBackToALessSpecificHostWhereNoPathFits) {
  Router router({rule("exact").host("a.shop.example").prefix("/api"),
                 rule("wild").host("*.shop.example").prefix("/img"), rule("any")});
  EXPECT_EQ(router.choose("a.shop.example", "/api/x"), "exact");
  EXPECT_EQ(router.choose("a.shop.example", "/img/x"), "wild");
  EXPECT_EQ(router.choose("a.shop.example", "/"), "any");
}

TEST(RuleTable, LetsAPriorityUnderAnotherHostWin) {
  Router router({rule("exact").host("a.example").exact("/x"),
                 rule("wild").host("*.example").priority(5), rule("any").priority(9)});
  EXPECT_EQ(router.choose("a.example", "/x"), "wild");
  EXPECT_EQ(router.choose("a.test", "/x"), "any");
}

TEST(RuleTable, PassesOnWhereAFurtherConditionFails) {
  Router router({rule("post").exact("/").method("POST"),
                 rule("env").exact("/").header("x-env", "b"), rule("plain").exact("/")});
  const FieldList fields({{"Accept", "*/*"}, {"X-Env", "b"}});
  RequestView request{
      .method = "GET", .host = "h", .path = "/", .query = {}, .fields = &fields, .source = {}};
  EXPECT_EQ(router.choose(request), "env");
  request.fields = nullptr;
  EXPECT_EQ(router.choose(request), "plain");
  request.method = "POST";
  EXPECT_EQ(router.choose(request), "post");
}

TEST(RuleTable, TakesARuleUnderEachOfItsHosts) {
  Router router({rule("r").host("a.example").host("*.b.example").host("c.example")});
  for (const char* host : {"a.example", "x.b.example", "c.example"}) {
    EXPECT_EQ(router.choose(host, "/"), "r");
  }
  EXPECT_EQ(router.choose("b.example", "/"), "");
}

TEST(RuleTable, KnowsTheIndexOfAChosenRule) {
  const std::vector<Rule> rules = {rule("a").exact("/a"), rule("b").exact("/b")};
  const auto table = RuleTable::compile(rules);
  EXPECT_EQ(table.value().index_of(table.value().rules()[1]), 1u);
}

TEST(RuleTable, ChoosesAmongTenThousandHosts) {
  std::vector<Rule> rules;
  for (int i = 0; i < 10'000; ++i) {
    const std::string number = std::to_string(i);
    rules.push_back(rule(number).host("h" + number + ".example").exact("/p" + number));
  }
  Router router(rules);
  for (const char* number : {"0", "17", "5000", "9999"}) {
    EXPECT_EQ(router.choose(std::string("h") + number + ".example", std::string("/p") + number),
              number);
  }
  EXPECT_EQ(router.choose("h1.example", "/p2"), "");
}

TEST(RuleTable, ChoosesAmongTenThousandPrefixesOfHostsOneHostOrAnyHost) {
  for (const int hosts : {97, 1, 0}) {
    std::vector<Rule> rules;
    for (int i = 0; i < 10'000; ++i) {
      const std::string number = std::to_string(i);
      rules.push_back(rule(number).prefix("/api/v1/resource" + number));
      if (hosts != 0) rules.back().hosts = {HostMatch::from_text("h" + std::to_string(i % hosts))};
    }
    Router router(rules);
    for (const int number : {0, 17, 7345, 9999}) {
      const std::string host = hosts == 0 ? "h" : "h" + std::to_string(number % hosts);
      const std::string path = "/api/v1/resource" + std::to_string(number);
      EXPECT_EQ(router.choose(host, path + "/item"), std::to_string(number));
      EXPECT_EQ(router.choose(host, path + "x"), "");
    }
  }
}

TEST(RuleTable, LooksAtWiderPathsWhereTheNarrowestIsAnotherHosts) {
  Router router({rule("other").host("b.example").exact("/a/b/c"),
                 rule("longer").host("b.example").prefix("/a/b"),
                 rule("mine").host("a.example").prefix("/a")});
  EXPECT_EQ(router.choose("a.example", "/a/b/c"), "mine");
  EXPECT_EQ(router.choose("b.example", "/a/b/c"), "other");
}

TEST(RuleTable, LetsAPriorityOfAWiderPathWin) {
  Router router({rule("exact").exact("/a/b"), rule("regex").regex("/a/.*").priority(2),
                 rule("wide").prefix("/a").priority(1).method("POST"), rule("any").priority(3)});
  RequestView request{
      .method = "GET", .host = "h", .path = "/a/b", .query = {}, .fields = nullptr, .source = {}};
  EXPECT_EQ(router.choose(request), "regex");
  request.method = "POST";
  EXPECT_EQ(router.choose(request), "wide");
  request.path = "/b";
  EXPECT_EQ(router.choose(request), "any");
}

TEST(RuleTable, RefusesBadRegularExpressionsInHyperscansWords) {
  const std::vector<Rule> rules = {rule("a").regex("/(a"), rule("b").exact("x"),
                                   rule("c").regex("/[c")};
  const auto table = RuleTable::compile(rules);
  ASSERT_FALSE(table.ok());
  const auto& problems = table.error();
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0].rule, 0u);
  EXPECT_EQ(problems[0].part, RulePart::Path);
  EXPECT_EQ(problems[0].text, "Missing close parenthesis for group started at index 1.");
  EXPECT_EQ(problems[1].rule, 1u);
  EXPECT_EQ(problems[2].rule, 2u);
}

TEST(RuleTable, RefusesAnExpressionThatOnlyItsAnchorWouldClose) {
  const std::vector<Rule> rules = {rule("a").regex("/a)|(?:/b")};
  EXPECT_FALSE(RuleTable::compile(rules).ok());
}

TEST(RuleTable, RefusesAnExpressionThatHyperscanCannotCompile) {
  const std::vector<Rule> rules = {rule("ok").regex("/ok"),
                                   rule("huge").regex("/(a{1000,30000}b{1000,30000}){1000,30000}")};
  const auto table = RuleTable::compile(rules);
  ASSERT_FALSE(table.ok());
  EXPECT_EQ(table.error()[0].rule, 1u);
}

TEST(RuleTable, ExplainsRulesInOrderOfPrecedence) {
  Router router({rule("any"), rule("other").host("b.example"),
                 rule("path").host("a.example").exact("/y"),
                 rule("method").host("a.example").method("POST")});
  const Explanation story = router.explain("a.example", "/x");
  ASSERT_EQ(story.considered.size(), 4u);
  EXPECT_EQ(story.considered[0].rule, 2u);
  EXPECT_EQ(story.considered[0].failed, RulePart::Path);
  EXPECT_EQ(story.considered[0].text, "the path is not /y");
  EXPECT_EQ(story.considered[1].failed, RulePart::Method);
  EXPECT_EQ(story.considered[2].failed, RulePart::Host);
  EXPECT_THAT(story.considered[2].text, HasSubstr("b.example"));
  EXPECT_EQ(story.considered[3].failed, RulePart::None);
  EXPECT_EQ(story.winner, 0u);
}

TEST(RuleTable, ExplainsNothingBehindTheWinner) {
  Router router({rule("any"), rule("first").priority(1)});
  const Explanation story = router.explain("a.example", "/x");
  ASSERT_EQ(story.considered.size(), 1u);
  EXPECT_EQ(story.winner, 1u);
}

TEST(RuleTable, ExplainsThatNoRuleWins) {
  Router router({rule("r").host("a.example")});
  EXPECT_EQ(router.explain("b.example", "/").winner, std::nullopt);
}

}  // namespace
}  // namespace penstock::route
