// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/request_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "dataplane/base/limits.h"
#include "tests/support/head_feeder.h"
#include "tests/unit/dataplane/http/parsed_head.h"

namespace penstock::http::h1 {
namespace {

using support::FedHead;
using support::for_every_split;
using support::Pieces;

FedHead feed(const Pieces& pieces) {
  return support::feed_head<RequestParser, RequestHead>(pieces);
}
FedHead feed_whole(const std::string& input) { return feed(support::cut(input, {})); }

TEST(RequestParser, UnderstandsARequestHoweverItIsSplit) {
  const std::string input =
      "POST /cart/items?id=7&n=2 HTTP/1.1\r\nHost: shop.example.com:8080\r\nContent-Length: 5\r\n"
      "Cookie: a=b; c=d\r\nX-Empty:\r\n\r\nhello";
  const std::string expected =
      "method=POST/2 target=/cart/items?id=7&n=2 form=0 authority=shop.example.com "
      "host=shop.example.com:8080 path=/cart/items query=id=7&n=2 version=1 bytes=114"
      "[1 Host=shop.example.com:8080][2 Content-Length=5][11 Cookie=a=b; c=d][0 X-Empty=]";
  for_every_split(input, [&](const Pieces& pieces) { EXPECT_EQ(feed(pieces).text, expected); });
}

TEST(RequestParser, UnderstandsAShortRequestCutInThree) {
  for_every_split("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", [](const Pieces& pieces) {
    EXPECT_EQ(feed(pieces).text,
              "method=GET/0 target=/ form=0 authority=a host=a path=/ query= version=1 "
              "bytes=29[1 Host=a]");
  });
}

TEST(RequestParser, LeavesAPipelinedRequestAlone) {
  const std::string first = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
  const ParsedRequest request(first + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(request.head.head_bytes, first.size());
  EXPECT_EQ(request.of(request.head.path), "/1");
}

TEST(RequestParser, ParsesTheNextRequestAfterReset) {
  RequestParser parser;
  RequestHead head;
  const std::string first = "GET /1 HTTP/1.1\r\nHost: a\r\nCookie: x\r\n\r\n";
  const std::string second = "GET http://b/2 HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string third = "GET /3 HTTP/1.0\r\n\r\n";
  ASSERT_EQ(parser.parse(base::as_bytes(first), head), ParseStep::complete());
  parser.reset();
  ASSERT_EQ(parser.parse(base::as_bytes(second), head), ParseStep::complete());
  EXPECT_EQ(head.fields.count(), 1u);
  parser.reset();
  ASSERT_EQ(parser.parse(base::as_bytes(third), head), ParseStep::complete());
  EXPECT_EQ(view(head.path, base::as_bytes(third)), "/3");
  EXPECT_TRUE(head.authority.empty());
  EXPECT_EQ(head.form, TargetForm::Origin);
}

TEST(RequestParser, RepeatsItsAnswer) {
  const std::string good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  RequestParser parser;
  RequestHead head;
  EXPECT_EQ(parser.parse(base::as_bytes(good), head), ParseStep::complete());
  EXPECT_EQ(parser.parse(base::as_bytes(good), head), ParseStep::complete());
  RequestParser failing;
  const auto refused = ParseStep::failed(ReplyReason::BareLineFeed);
  EXPECT_EQ(failing.parse(base::as_bytes("GET / HTTP/1.1\n"), head), refused);
  EXPECT_EQ(failing.parse(base::as_bytes(good), head), refused);
}

TEST(RequestParser, NeedsMoreUntilTheEmptyLine) {
  EXPECT_EQ(feed_whole("").step, ParseStep::need_more());
  EXPECT_EQ(feed_whole("\r").step, ParseStep::need_more());
  EXPECT_EQ(feed_whole("GET / HTTP/1.1\r\nHost: a\r\n").step, ParseStep::need_more());
  EXPECT_EQ(feed_whole("GET / HTTP/1.1\r\nHost: a\r\n\r").step, ParseStep::need_more());
}

TEST(RequestParser, PassesOverAFewLeadingEmptyLines) {
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  std::string empty_lines;
  for (uint32_t i = 0; i < base::kEmptyLinesMax; ++i) empty_lines += "\r\n";
  EXPECT_EQ(feed_whole(empty_lines + request).step, ParseStep::complete());
  EXPECT_EQ(feed_whole(empty_lines + "\r\n" + request).text, "too_many_empty_lines");
}

// RFC 9112 3.2.2: a server must use the authority of an absolute target and ignore Host.
TEST(RequestParser, PrefersTheAuthorityOfAnAbsoluteTarget) {
  const ParsedRequest request("GET http://b:81/x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(request.of(request.head.authority), "b");
  EXPECT_EQ(request.of(request.head.host_value), "b:81");
  EXPECT_EQ(request.of(request.head.path), "/x");
}

TEST(RequestParser, TakesHttp10WithoutAHost) {
  const ParsedRequest request("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(request.head.version, Version::Http10);
  EXPECT_TRUE(request.head.authority.empty());
}

TEST(RequestParser, TakesOptionsAboutTheServer) {
  const ParsedRequest request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(request.head.form, TargetForm::Asterisk);
  EXPECT_EQ(request.of(request.head.path), "*");
}

TEST(RequestParser, KeepsTheTextOfAnExtensionMethod) {
  const ParsedRequest request("PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(request.head.method, Method::Other);
  EXPECT_EQ(request.of(request.head.method_text), "PROPFIND");
}

TEST(RequestParser, TakesARequestLineOfExactlyTheLimit) {
  const std::string around = "GET / HTTP/1.1\r\n";
  const std::string fill(base::kRequestLineBytesMax - around.size(), 'x');
  EXPECT_EQ(feed_whole("GET /" + fill + " HTTP/1.1\r\nHost: a\r\n\r\n").step,
            ParseStep::complete());
  EXPECT_EQ(feed_whole("GET /x" + fill + " HTTP/1.1\r\nHost: a\r\n\r\n").text, "target_too_long");
}

TEST(RequestParser, TakesAFieldLineOfExactlyTheLimit) {
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\n";
  const std::string fill(base::kFieldLineBytesMax - 4, 'x');
  EXPECT_EQ(feed_whole(start + "a:" + fill + "\r\n\r\n").step, ParseStep::complete());
  EXPECT_EQ(feed_whole(start + "a:x" + fill + "\r\n\r\n").text, "field_too_long");
}

TEST(RequestParser, TakesAHeadOfExactlyTheLimit) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  while (head.size() + 10'000 < base::kRequestHeadBytesMax) {
    head += "a:" + std::string(9'000, 'x') + "\r\n";
  }
  const std::string fill(base::kRequestHeadBytesMax - head.size() - 6, 'x');
  EXPECT_EQ(feed_whole(head + "b:" + fill + "\r\n\r\n").step, ParseStep::complete());
  EXPECT_EQ(feed_whole(head + "b:x" + fill + "\r\n\r\n").text, "head_too_large");
}

TEST(RequestParser, TakesAsManyFieldsAsTheTableHolds) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (uint32_t i = 1; i < base::kFieldsMax; ++i) head += "a:b\r\n";
  EXPECT_EQ(feed_whole(head + "\r\n").step, ParseStep::complete());
  EXPECT_EQ(feed_whole(head + "a:b\r\n\r\n").text, "too_many_fields");
}

TEST(RequestParser, GivesTheSameRefusalAtTheLimitsHoweverItIsSplit) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  std::string large = head;
  for (int i = 0; i < 6; ++i) large += "a:" + std::string(10'000, 'x') + "\r\n";
  large += "b:" + std::string(20'000, 'y');
  const std::string long_line = "GET /" + std::string(20'000, 'x') + "\x01\n";
  const std::string long_field = head + "a:" + std::string(20'000, 'x') + "\n";
  for (const std::string& input : {large, long_line, long_field}) {
    const std::string expected = feed_whole(input).text;
    for (size_t at = 1; at < input.size(); at += 997) {
      EXPECT_EQ(feed(support::cut(input, {at})).text, expected);
    }
  }
  EXPECT_EQ(feed_whole(large).text, "head_too_large");
  EXPECT_EQ(feed_whole(long_line).text, "target_too_long");
  EXPECT_EQ(feed_whole(long_field).text, "field_too_long");
}

}  // namespace
}  // namespace penstock::http::h1
