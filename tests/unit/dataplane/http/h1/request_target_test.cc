// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/request_target.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::http::h1 {
namespace {

// "form|authority|host_value|path|query", or the refusal's text.
std::string parsed(const std::string& text, Method method = Method::Get) {
  const std::string bytes = "GET " + text + " ";
  const base::ByteSpan received = base::as_bytes(bytes);
  const auto target = parse_target(method, {4, static_cast<uint32_t>(text.size())}, received);
  if (target.refusal != ReplyReason::None) return std::string(reply_text(target.refusal));
  std::string result(1, "OA*"[static_cast<unsigned>(target.form)]);
  for (const Text part : {target.authority, target.host_value, target.path, target.query}) {
    result += "|" + std::string(view(part, received));
  }
  return result;
}

TEST(RequestTarget, SplitsOriginFormAtTheFirstQuestionMark) {
  EXPECT_EQ(parsed("/"), "O|||/|");
  EXPECT_EQ(parsed("/a/b"), "O|||/a/b|");
  EXPECT_EQ(parsed("/a?b=c?d"), "O|||/a|b=c?d");
  EXPECT_EQ(parsed("/?"), "O|||/|");
  EXPECT_EQ(parsed("//evil/x"), "O|||//evil/x|");
}

TEST(RequestTarget, TakesAbsoluteFormApart) {
  EXPECT_EQ(parsed("http://b/a?q"), "A|b|b|/a|q");
  EXPECT_EQ(parsed("HTTPS://b:8443/a"), "A|b|b:8443|/a|");
  EXPECT_EQ(parsed("http://[::1]:80/a"), "A|[::1]|[::1]:80|/a|");
}

TEST(RequestTarget, ImpliesThePathOfAnAbsoluteForm) {
  EXPECT_EQ(parsed("http://b"), "A|b|b|/|");
  EXPECT_EQ(parsed("http://b:80?q"), "A|b|b:80|/|q");
}

TEST(RequestTarget, TakesAnAsteriskForOptionsOnly) {
  EXPECT_EQ(parsed("*", Method::Options), "*|||*|");
  EXPECT_EQ(parsed("*"), "target_invalid");
  EXPECT_EQ(parsed("**", Method::Options), "target_invalid");
}

TEST(RequestTarget, RefusesEverythingElse) {
  for (const char* text : {"a", "example.com:80", "http:/b/", "http:///a", "http://", "ftp://b/",
                           "http://u@b/", "http://u:p@b/", "http://b:x/", "http://b#f", "/a#f",
                           "/a\x7f", "/\xc3\xa4", "/a\tb", "?q", "http://b\\c/", "https:b"}) {
    EXPECT_EQ(parsed(text), "target_invalid") << text;
  }
}

}  // namespace
}  // namespace penstock::http::h1
