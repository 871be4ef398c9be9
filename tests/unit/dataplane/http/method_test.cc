// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/method.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

TEST(Method, IsFoundByItsTextAndGivesItBack) {
  for (const char* text :
       {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}) {
    const Method method = parse_method(text);
    EXPECT_NE(method, Method::Other) << text;
    EXPECT_EQ(method_text(method), text);
  }
}

TEST(Method, IsCaseSensitive) { EXPECT_EQ(parse_method("get"), Method::Other); }

TEST(Method, IsOtherForExtensions) {
  EXPECT_EQ(parse_method("PROPFIND"), Method::Other);
  EXPECT_EQ(parse_method(""), Method::Other);
  EXPECT_EQ(method_text(Method::Other), "");
}

}  // namespace
}  // namespace penstock::http
