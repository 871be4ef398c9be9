// SPDX-License-Identifier: Apache-2.0
#include "control/tool/text_table.h"

#include <gtest/gtest.h>

namespace penstock::tool {
namespace {

TEST(TextTable, AlignsColumnsAndPutsNumbersRight) {
  EXPECT_EQ(
      text_table({{"NAME", "WEIGHT", "STATE"}, {"a", "5", "active"}, {"long-name", "256", "x"}}),
      "NAME       WEIGHT  STATE\n"
      "a               5  active\n"
      "long-name     256  x\n");
}

TEST(TextTable, ShowsAHeadingAlone) { EXPECT_EQ(text_table({{"A", "B"}}), "A  B\n"); }

}  // namespace
}  // namespace penstock::tool
