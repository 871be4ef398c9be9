// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/response_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "dataplane/base/limits.h"
#include "tests/support/head_feeder.h"

namespace penstock::http::h1 {
namespace {

using R = ReplyReason;
using support::FedHead;
using support::for_every_split;
using support::Pieces;

FedHead feed(const Pieces& pieces) {
  return support::feed_head<ResponseParser, ResponseHead>(pieces);
}
FedHead feed_whole(const std::string& input) { return feed(support::cut(input, {})); }

TEST(ResponseParser, UnderstandsAResponseHoweverItIsSplit) {
  const std::string input =
      "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nServer:  nginx\t\r\n\r\nhello";
  for_every_split(input, [](const Pieces& pieces) {
    EXPECT_EQ(feed(pieces).text,
              "version=1 status=404 reason=Not Found bytes=62[2 Content-Length=5][0 Server=nginx]");
  });
}

TEST(ResponseParser, TakesAnEmptyReasonWithAndWithoutItsSpace) {
  EXPECT_EQ(feed_whole("HTTP/1.1 200 \r\n\r\n").text, "version=1 status=200 reason= bytes=17");
  EXPECT_EQ(feed_whole("HTTP/1.0 200\r\n\r\n").text, "version=0 status=200 reason= bytes=16");
}

TEST(ResponseParser, TakesAReasonBeyondAscii) {
  EXPECT_EQ(feed_whole("HTTP/1.1 200 d'acc\xc3\xb4rd \t!\r\n\r\n").step, ParseStep::complete());
}

TEST(ResponseParser, StopsBehindAnInterimResponse) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  const std::string both = interim + "HTTP/1.1 200 OK\r\n\r\n";
  ResponseParser parser;
  ResponseHead head;
  ASSERT_EQ(parser.parse(base::as_bytes(both), head), ParseStep::complete());
  EXPECT_EQ(head.status, 103);
  EXPECT_EQ(head.head_bytes, interim.size());
  parser.reset();
  ASSERT_EQ(parser.parse(base::as_bytes(both).subspan(head.head_bytes), head),
            ParseStep::complete());
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.fields.count(), 0u);
}

TEST(ResponseParser, NeedsMoreUntilTheEmptyLine) {
  EXPECT_EQ(feed_whole("").step, ParseStep::need_more());
  EXPECT_EQ(feed_whole("HTTP/1.1 200 OK\r\n").step, ParseStep::need_more());
}

TEST(ResponseParser, RefusesWhatIsNoResponseUnderEverySplit) {
  const std::vector<std::pair<std::string, ReplyReason>> table = {
      {"\r\nHTTP/1.1 200 OK\r\n\r\n", R::StatusLineInvalid},
      {"SSH-2.0-OpenSSH\r\n", R::StatusLineInvalid},
      {"<html>", R::StatusLineInvalid},
      {"HTTP/1.1\r\n\r\n", R::StatusLineInvalid},
      {"HTTP/1.1 \r\n\r\n", R::StatusLineInvalid},
      {"HTTP/1.1 20\r\n\r\n", R::StatusLineInvalid},
      {"HTTP/1.1\t200 OK\r\n\r\n", R::StatusLineInvalid},
      {"HTTP/1.1 200 O\x01K\r\n\r\n", R::StatusLineInvalid},
      {"HTTP/1.1  200 OK\r\n\r\n", R::StatusInvalid},
      {"HTTP/1.1 2000 OK\r\n\r\n", R::StatusInvalid},
      {"HTTP/1.1 200OK\r\n\r\n", R::StatusInvalid},
      {"HTTP/1.1 2x0 OK\r\n\r\n", R::StatusInvalid},
      {"HTTP/1.1 099 OK\r\n\r\n", R::StatusInvalid},
      {"HTTP/1.1 600 OK\r\n\r\n", R::StatusInvalid},
      {"HTTP/1.1 -20 OK\r\n\r\n", R::StatusInvalid},
      {"HTTP/2.0 200 OK\r\n\r\n", R::VersionNotSupported},
      {"HTTP/1.x 200 OK\r\n\r\n", R::VersionInvalid},
      {"HTTP 200 OK\r\n\r\n", R::VersionInvalid},
      {"HTTP/1.1 200 OK\n\n", R::BareLineFeed},
      {"HTTP/1.1 200 OK\r\nA: b\n\r\n", R::BareLineFeed},
      {"HTTP/1.1 200 O\rK\r\n\r\n", R::BareCarriageReturn},
      {"HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", R::BareCarriageReturn},
      {"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", R::FieldNameInvalid},
      {"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", R::FieldFolded},
      {"HTTP/1.1 200 OK\r\nA: \x7f\r\n\r\n", R::FieldValueInvalid},
  };
  for (const auto& [input, reason] : table) {
    const std::string head = input;
    const ParseStep expected = ParseStep::failed(reason);
    for_every_split(head, [&](const Pieces& pieces) {
      ASSERT_EQ(feed(pieces).step, expected) << head << feed(pieces).text;
    });
  }
}

TEST(ResponseParser, RefusesHeadsBeyondTheirLimits) {
  const std::string start = "HTTP/1.1 200 OK\r\n";
  const std::string line = "a:" + std::string(base::kFieldLineBytesMax - 4, 'x') + "\r\n";
  EXPECT_EQ(feed_whole(start + line + "\r\n").step, ParseStep::complete());
  EXPECT_EQ(feed_whole(start + "a" + line).text, "field_too_long");
  EXPECT_EQ(feed_whole(start + line + line).text, "head_too_large");
  EXPECT_EQ(feed_whole("HTTP/1.1 200 " + line).text, "status_line_too_long");
  std::string many = start;
  for (uint32_t i = 0; i <= base::kFieldsMax; ++i) many += "a:b\r\n";
  EXPECT_EQ(feed_whole(many).text, "too_many_fields");
}

}  // namespace
}  // namespace penstock::http::h1
