// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/char_class.h"

#include <gtest/gtest.h>

#include <cctype>
#include <string>

namespace penstock::http {
namespace {

std::string all_of(CharClass which) {
  std::string result;
  for (unsigned c = 0; c < 256; ++c) {
    if (is_in(which, static_cast<uint8_t>(c))) result += static_cast<char>(c);
  }
  return result;
}

TEST(CharClass, TokensAreThoseOfRfc9110) {
  EXPECT_EQ(all_of(kTokenChar),
            "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~");
}

TEST(CharClass, PlainNamesAreTokensWithoutUnderscore) {
  EXPECT_EQ(all_of(kPlainNameChar),
            "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^`abcdefghijklmnopqrstuvwxyz|~");
}

TEST(CharClass, UrisAreThoseOfRfc3986) {
  EXPECT_EQ(all_of(kUriChar),
            "!$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
  EXPECT_EQ(all_of(kUnreservedChar),
            "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
}

TEST(CharClass, HostsAreLettersDigitsAndFourMarks) {
  EXPECT_EQ(all_of(kHostChar),
            "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
}

TEST(CharClass, ValuesRefuseControlCharactersAndKeepObsText) {
  for (unsigned c = 0; c < 256; ++c) {
    const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
    EXPECT_EQ(is_in(kValueChar, static_cast<uint8_t>(c)), !control) << c;
  }
}

TEST(CharClass, TargetsAreVisibleAsciiWithoutAFragment) {
  for (unsigned c = 0; c < 256; ++c) {
    const bool legal = c > 0x20 && c < 0x7f && c != '#';
    EXPECT_EQ(is_in(kTargetChar, static_cast<uint8_t>(c)), legal) << c;
  }
}

TEST(CharClass, TrimsSpacesAndTabsOnBothSidesOnly) {
  EXPECT_EQ(trim_optional_space(" \t a b\t "), "a b");
  EXPECT_EQ(trim_optional_space(" \t "), "");
  EXPECT_EQ(trim_optional_space("\ra"), "\ra");
}

}  // namespace
}  // namespace penstock::http
