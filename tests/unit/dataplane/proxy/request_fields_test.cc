// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/request_fields.h"

#include <gtest/gtest.h>

#include "dataplane/http/codec.h"

namespace penstock::proxy {
namespace {

class RequestFieldsTest : public ::testing::Test {
 protected:
  RequestFields parse(std::string_view text) {
    bytes_ = base::as_bytes(text);
    CHECK(http::Codec().parse_head(bytes_, http::kRequestHeadLimits, head_).state ==
          http::ParseStep::State::Complete);
    return RequestFields(head_.fields, bytes_);
  }

  base::ByteSpan bytes_;
  http::RequestHead head_;
};

TEST_F(RequestFieldsTest, FindsAllFieldsOfANameWithoutRegardToCase) {
  const RequestFields fields =
      parse("GET / HTTP/1.1\r\nHost: a\r\nX-Team: red\r\nX-Other: 1\r\nx-team: blue\r\n\r\n");
  const auto red = fields.find("X-TEAM", 0);
  ASSERT_TRUE(red.has_value());
  EXPECT_EQ(red->value, "red");
  const auto blue = fields.find("X-TEAM", red->next);
  ASSERT_TRUE(blue.has_value());
  EXPECT_EQ(blue->value, "blue");
  EXPECT_FALSE(fields.find("X-TEAM", blue->next).has_value());
  EXPECT_EQ(fields.first("X-TEAM"), "red");
  EXPECT_EQ(fields.first("X-Tea"), std::nullopt);
}

}  // namespace
}  // namespace penstock::proxy
