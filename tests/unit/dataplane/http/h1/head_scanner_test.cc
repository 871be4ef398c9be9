// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/head_scanner.h"

#include <gtest/gtest.h>

#include "tests/support/every_split.h"

namespace penstock::http::h1 {
namespace {

using Verdict = HeadScanner::Verdict;

// The verdict after the last piece; all before it must want more.
Verdict scan_all(const support::Pieces& pieces) {
  HeadScanner scanner;
  Verdict verdict = Verdict::NeedMore;
  for (const support::Piece& piece : pieces) {
    EXPECT_EQ(verdict, Verdict::NeedMore);
    verdict = scanner.scan(piece);
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
  EXPECT_EQ(scanner.scan(base::as_bytes("\r\n\r\n\r\n")), Verdict::NeedMore);
}

TEST(HeadScanner, StopsAtABareLineFeed) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan(base::as_bytes("GET / HTTP/1.1\nHost: a")), Verdict::Gather);
}

TEST(HeadScanner, CountsTheBytesItWasShown) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan(base::as_bytes("GET / HT")), Verdict::NeedMore);
  EXPECT_EQ(scanner.scan(base::as_bytes("TP/1.1\r\n")), Verdict::NeedMore);
  EXPECT_EQ(scanner.seen(), 16u);
  scanner.reset();
  EXPECT_EQ(scanner.seen(), 0u);
}

TEST(HeadScanner, GivesUpOnEndlessEmptyLines) {
  HeadScanner scanner;
  Verdict verdict = Verdict::NeedMore;
  for (int i = 0; i < 100 && verdict == Verdict::NeedMore; ++i) {
    verdict = scanner.scan(base::as_bytes("\r\n"));
  }
  EXPECT_EQ(verdict, Verdict::Gather);
}

}  // namespace
}  // namespace penstock::http::h1
