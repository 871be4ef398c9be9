// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/date.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

TEST(DateText, IsAnImfFixdate) {
  DateText date;
  EXPECT_EQ(date.at(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110 5.6.7
  EXPECT_EQ(date.at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(date.at(1'709'251'199), "Thu, 29 Feb 2024 23:59:59 GMT");
  EXPECT_EQ(date.at(1'709'251'200), "Fri, 01 Mar 2024 00:00:00 GMT");
  EXPECT_EQ(date.at(4'102'444'800), "Fri, 01 Jan 2100 00:00:00 GMT");
}

TEST(DateText, IsMadeAnewWhenTheClockIsSetBack) {
  DateText date;
  EXPECT_EQ(date.at(1), "Thu, 01 Jan 1970 00:00:01 GMT");
  EXPECT_EQ(date.at(1), "Thu, 01 Jan 1970 00:00:01 GMT");
  EXPECT_EQ(date.at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(DateText, KeepsItsFormBeyondTheYearsThatItKnows) {
  DateText date;
  EXPECT_EQ(date.at(DateText::kSecondMax), "Fri, 31 Dec 9999 23:59:59 GMT");
  EXPECT_EQ(date.at(INT64_MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
  EXPECT_EQ(date.at(INT64_MIN), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace penstock::http
