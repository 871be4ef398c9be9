// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/status.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

TEST(Status, HasPhrasesForWhatWeAnswer) {
  EXPECT_EQ(status_phrase(200), "OK");
  EXPECT_EQ(status_phrase(308), "Permanent Redirect");
  EXPECT_EQ(status_phrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(status_phrase(505), "HTTP Version Not Supported");
  EXPECT_EQ(status_phrase(299), "");
  EXPECT_EQ(status_phrase(499), "");
  EXPECT_EQ(status_phrase(599), "");
}

TEST(Status, SaysWhichResponsesEndWithTheirHead) {
  for (const unsigned status : {100, 101, 103, 199, 204, 304}) {
    EXPECT_TRUE(never_has_body(static_cast<uint16_t>(status))) << status;
  }
  for (const unsigned status : {200, 203, 205, 206, 301, 303, 305, 404, 500}) {
    EXPECT_FALSE(never_has_body(static_cast<uint16_t>(status))) << status;
  }
}

}  // namespace
}  // namespace penstock::http
