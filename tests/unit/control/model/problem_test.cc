// SPDX-License-Identifier: Apache-2.0
#include "control/model/problem.h"

#include <gtest/gtest.h>

namespace penstock::model {
namespace {

TEST(Problem, IsOneLineWithFileLinePathAndText) {
  const Problem problem{"a.cfg", 7, "pools[0].name", "missing key; accepted: a name"};
  EXPECT_EQ(problem.format(), "a.cfg:7: pools[0].name: missing key; accepted: a name");
}

TEST(Problem, LeavesOutAnEmptyPath) {
  EXPECT_EQ((Problem{"a.cfg", 7, "", "syntax error"}.format()), "a.cfg:7: syntax error");
}

TEST(Problem, SortsByFileThenLineAndKeepsTheOrderWithinALine) {
  Problems problems = {
      {"b", 1, "x", "1"}, {"a", 9, "x", "2"}, {"a", 2, "z", "3"}, {"a", 2, "y", "4"}};
  sort_by_place(problems);
  std::string order;
  for (const Problem& problem : problems) order += problem.text;
  EXPECT_EQ(order, "3421");
}

}  // namespace
}  // namespace penstock::model
