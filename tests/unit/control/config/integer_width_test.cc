// SPDX-License-Identifier: Apache-2.0
#include "control/config/integer_width.h"

#include <gtest/gtest.h>

namespace penstock::config {
namespace {

TEST(IntegerWidth, AcceptsWhatIsKept) {
  for (const char* text :
       {"", "a = 2147483647;", "a = -2147483647;", "a = 0x7fffffff;", "a = 5000000000L;",
        "a = 5000000000LL;", "a = 9223372036854775807L;", "a = 5000000000.0;", "a = 5e10;"}) {
    EXPECT_FALSE(find_cut_integer(text)) << text;
  }
}

TEST(IntegerWidth, FindsWhatWouldLoseItsHighBits) {
  for (const char* text : {"a = 2147483648;", "a=[1,4294967312];", "a = -5000000000;",
                           "a = 0x80000000;", "a = 0XFFFFFFFF}", "a = 2147483648"}) {
    EXPECT_TRUE(find_cut_integer(text)) << text;
  }
}

TEST(IntegerWidth, FindsWhatDoesNotFit64Bits) {
  for (const char* text : {"a = 9223372036854775808L;", "a = 99999999999999999999999;"}) {
    EXPECT_TRUE(find_cut_integer(text)) << text;
  }
}

TEST(IntegerWidth, LooksIntoNoNameStringOrComment) {
  for (const char* text :
       {"a5000000000 = 1;", "a-5000000000 = 1;", "a = \"\\\"5000000000\";", "# 5000000000\n",
        "// 5000000000", "/* 5000000000 */", "/* 5000000000", "\"5000000000", "\"\\"}) {
    EXPECT_FALSE(find_cut_integer(text)) << text;
  }
}

TEST(IntegerWidth, SaysWhereAndHowToWriteIt) {
  const auto found = find_cut_integer("a = \"\n\";\n/*\n*/ b = 5000000000;");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->line, 4u);
  EXPECT_EQ(found->text,
            "5000000000 is wider than 32 bits; accepted: with the suffix L, 5000000000L");
}

}  // namespace
}  // namespace penstock::config
