// SPDX-License-Identifier: Apache-2.0
#include "control/model/text_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::model {
namespace {

TEST(TextRules, QuoteOnOneLine) {
  EXPECT_EQ(quoted("a\r\nb\x7f"), "\"a\\x0d\\x0ab\\x7f\"");
  EXPECT_EQ(quoted("\xc3\xbc"), "\"\xc3\xbc\"");
}

TEST(TextRules, NameIsVisibleAndShort) {
  EXPECT_TRUE(is_name("web-1.a:80[3]"));
  EXPECT_TRUE(is_name(std::string(64, 'a')));
  EXPECT_FALSE(is_name(std::string(65, 'a')));
  for (const char* text : {"", "a b", "a/b", "a\"b", "a'b", "a\\b", "a\n", "\xc3\xbc"}) {
    EXPECT_FALSE(is_name(text)) << text;
  }
}

TEST(TextRules, TokenIsThatOfHttp) {
  EXPECT_TRUE(is_token("X-Tenant!#$%&'*+.^_`|~9"));
  for (const char* text : {"", "a b", "a:b", "a\"", "(a)", "a,b", "a\t"}) {
    EXPECT_FALSE(is_token(text)) << text;
  }
}

TEST(TextRules, HostIsLowerCaseLabels) {
  for (const char* text : {"shop.example", "a", "10.0.0.1", "x-y.z_1.example"}) {
    EXPECT_TRUE(is_host(text)) << text;
  }
  for (const char* text : {"", ".", "a.", ".a", "a..b", "-a.b", "a-.b", "A.b", "a:80", "*.a"}) {
    EXPECT_FALSE(is_host(text)) << text;
  }
  EXPECT_TRUE(is_host(std::string(63, 'a') + ".example"));
  EXPECT_FALSE(is_host(std::string(64, 'a') + ".example"));
}

TEST(TextRules, HostConditionMayBeginWithAStar) {
  EXPECT_TRUE(is_host_condition("*.shop.example"));
  EXPECT_TRUE(is_host_condition("shop.example"));
  for (const char* text : {"*", "*.", "*shop.example", "a.*.b", "*.*.b"}) {
    EXPECT_FALSE(is_host_condition(text)) << text;
  }
}

TEST(TextRules, UrlPathIsWhatARequestCanHold) {
  for (const char* text : {"/", "/a/b;c=d,e", "/%20~-._!$&'()*+@:"}) {
    EXPECT_TRUE(is_url_path(text)) << text;
  }
  for (const char* text : {"", "a", "/a?b", "/a#b", "/a b", "/a\r\n", "/\xc3\xbc", "/<>"}) {
    EXPECT_FALSE(is_url_path(text)) << text;
  }
}

TEST(TextRules, FieldValueCannotEndItsLine) {
  EXPECT_TRUE(is_field_value("text/html; charset=utf-8"));
  EXPECT_TRUE(is_field_value(""));
  for (const char* text : {" a", "a ", "a\r\nX: y", "a\tb", "\x80"}) {
    EXPECT_FALSE(is_field_value(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::model
