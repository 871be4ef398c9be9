// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/list_value.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace penstock::http {
namespace {

std::vector<std::string> elements(std::string_view value) {
  std::vector<std::string> result;
  ListValue list(value);
  for (auto element = list.next(); !element.empty(); element = list.next()) {
    result.emplace_back(element);
  }
  return result;
}

TEST(ListValue, SplitsAtCommasAndTrims) {
  EXPECT_EQ(elements("a, b\t,c"), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(ListValue, PassesOverEmptyElements) {
  EXPECT_EQ(elements(", ,a,, b ,"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(elements("").empty());
  EXPECT_TRUE(elements(" , ").empty());
}

}  // namespace
}  // namespace penstock::http
