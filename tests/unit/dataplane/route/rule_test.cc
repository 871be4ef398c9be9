// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/rule.h"

#include <gtest/gtest.h>

namespace penstock::route {
namespace {

TEST(HostMatch, ReadsAStarAsAnyHost) {
  EXPECT_EQ(HostMatch::from_text("*"), (HostMatch{HostMatch::Kind::Any, ""}));
}

TEST(HostMatch, ReadsALeadingStarAsAWildcard) {
  EXPECT_EQ(HostMatch::from_text("*.shop.example"),
            (HostMatch{HostMatch::Kind::Wildcard, "shop.example"}));
}

TEST(HostMatch, ReadsEverythingElseAsAnExactHost) {
  EXPECT_EQ(HostMatch::from_text("shop.example"),
            (HostMatch{HostMatch::Kind::Exact, "shop.example"}));
  EXPECT_EQ(HostMatch::from_text("a.*.example").kind, HostMatch::Kind::Exact);
}

TEST(HostMatch, FormatsAsItWasWritten) {
  for (const char* text : {"*", "*.shop.example", "shop.example"}) {
    EXPECT_EQ(HostMatch::from_text(text).format(), text);
  }
}

TEST(RulePart, HasANameForEachPart) {
  EXPECT_STREQ(rule_part_name(RulePart::Host), "host");
  EXPECT_STREQ(rule_part_name(RulePart::Effect), "action");
  EXPECT_STREQ(rule_part_name(RulePart::Table), "table");
}

}  // namespace
}  // namespace penstock::route
