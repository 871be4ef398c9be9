// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/version_text.h"

#include <gtest/gtest.h>

namespace penstock::http::h1 {
namespace {

TEST(VersionText, KnowsTwoVersions) {
  EXPECT_EQ(parse_version("HTTP/1.1").version, Version::Http11);
  EXPECT_EQ(parse_version("HTTP/1.0").version, Version::Http10);
  EXPECT_EQ(parse_version("HTTP/1.0").refusal, ReplyReason::None);
}

TEST(VersionText, TellsOtherVersionsFromNonsense) {
  for (const char* text : {"HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/3.1"}) {
    EXPECT_EQ(parse_version(text).refusal, ReplyReason::VersionNotSupported) << text;
  }
  for (const char* text :
       {"", "http/1.1", "HTTP/1", "HTTP/1.", "HTTP/1.10", "HTTP/11.1", "HTTP 1.1", "HTTP/1,1",
        "HTTP/a.1", "HTTP/1.1 ", " HTTP/1.1", "HTTPS/1.1"}) {
    EXPECT_EQ(parse_version(text).refusal, ReplyReason::VersionInvalid) << text;
  }
}

}  // namespace
}  // namespace penstock::http::h1
