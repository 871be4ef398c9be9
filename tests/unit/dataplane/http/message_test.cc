// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/message.h"

#include <gtest/gtest.h>

#include "tests/unit/dataplane/http/parsed_head.h"

namespace penstock::http {
namespace {

TEST(RequestHead, KnowsAPathThatTheTargetLeftOut) {
  EXPECT_TRUE(path_is_implied(ParsedRequest("GET http://b HTTP/1.1\r\nHost: b\r\n\r\n").head));
  EXPECT_TRUE(path_is_implied(ParsedRequest("GET http://b?q HTTP/1.1\r\nHost: b\r\n\r\n").head));
  EXPECT_FALSE(path_is_implied(ParsedRequest("GET http://b/ HTTP/1.1\r\nHost: b\r\n\r\n").head));
  EXPECT_FALSE(path_is_implied(request_with("").head));
}

}  // namespace
}  // namespace penstock::http
