// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/head_scanner.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/every_split.h"

namespace penstock::http::h1 {
namespace {

using Verdict = HeadScanner::Verdict;

constexpr HeadLimits kLimits{.first_line_bytes = 20, .field_line_bytes = 30, .head_bytes = 200};

// The verdict after the last piece; all before it must want more.
Verdict scan_all(const support::Pieces& pieces) {
  HeadScanner scanner;
  Verdict verdict = Verdict::NeedMore;
  for (const support::Piece& piece : pieces) {
    EXPECT_EQ(verdict, Verdict::NeedMore);
    verdict = scanner.scan(piece, kLimits);
  }
  return verdict;
}

TEST(HeadScanner, FindsTheEndHoweverTheHeadIsCut) {
  support::for_every_split("GET / HTTP/1.1\r\nHost: a\r\n\r\n", [](const support::Pieces& pieces) {
    ASSERT_EQ(scan_all(pieces), Verdict::Gather);
  });
}

TEST(HeadScanner, DoesNotTakeLeadingEmptyLinesForTheEnd) {
  support::for_every_split("\r\n\r\nGET / HTTP/1.1\r\n\r\n", [](const support::Pieces& pieces) {
    ASSERT_EQ(scan_all(pieces), Verdict::Gather);
  });
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan(base::as_bytes("\r\n\r\n\r\n"), kLimits), Verdict::NeedMore);
}

TEST(HeadScanner, StopsAtABareLineFeed) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan(base::as_bytes("GET / HTTP/1.1\nHost: a"), kLimits), Verdict::Gather);
}

TEST(HeadScanner, CountsTheBytesItWasShown) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan(base::as_bytes("GET / HT"), kLimits), Verdict::NeedMore);
  EXPECT_EQ(scanner.scan(base::as_bytes("TP/1.1\r\n"), kLimits), Verdict::NeedMore);
  EXPECT_EQ(scanner.seen(), 16u);
  scanner.reset();
  EXPECT_EQ(scanner.seen(), 0u);
}

// How many bytes it takes, one at a time, to be told to gather them.
size_t gathered_after(std::string_view text) {
  HeadScanner scanner;
  for (size_t at = 0; at < text.size(); ++at) {
    if (scanner.scan(base::as_bytes(text.substr(at, 1)), kLimits) == Verdict::Gather) return at + 1;
  }
  return text.size() + 1;
}

TEST(HeadScanner, StopsWhereALineOutgrowsItsLimit) {
  EXPECT_EQ(gathered_after("GET /" + std::string(100, 'a')), 20u);
  EXPECT_EQ(gathered_after("GET /\r\nX: " + std::string(100, 'a')), 7u + 30u);
  EXPECT_EQ(gathered_after("\r\n\r\nGET /" + std::string(100, 'a')), 4u + 20u);
}

TEST(HeadScanner, GoesOnAfterALineThatIsAsLongAsItMayBe) {
  const std::string text =
      "GET /" + std::string(13, 'a') + "\r\nX:" + std::string(26, 'a') + "\r\n";
  EXPECT_EQ(gathered_after(text), text.size() + 1);
  EXPECT_EQ(gathered_after(text + "\r\n"), text.size() + 2);
}

TEST(HeadScanner, StopsWhereTheHeadOutgrowsItsLimit) {
  std::string text;
  while (text.size() < 300) text += "X: y\r\n";
  EXPECT_EQ(gathered_after(text), 200u);
}

TEST(HeadScanner, GivesUpOnEndlessEmptyLines) {
  HeadScanner scanner;
  Verdict verdict = Verdict::NeedMore;
  for (int i = 0; i < 100 && verdict == Verdict::NeedMore; ++i) {
    verdict = scanner.scan(base::as_bytes("\r\n"), kLimits);
  }
  EXPECT_EQ(verdict, Verdict::Gather);
}

}  // namespace
}  // namespace penstock::http::h1
