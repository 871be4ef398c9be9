// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/request_fields.h"

#include <gtest/gtest.h>

#include "dataplane/http/codec.h"

namespace penstock::proxy {
namespace {

TEST(RequestFields, FindsTheNthFieldOfANameWithoutRegardToCase) {
  constexpr std::string_view text =
      "GET / HTTP/1.1\r\nHost: a\r\nX-Team: red\r\nX-Other: 1\r\nx-team: blue\r\n\r\n";
  const base::ByteSpan bytes = base::as_bytes(text);
  http::RequestHead head;
  ASSERT_EQ(http::Codec().parse_head(bytes, http::kRequestHeadLimits, head).state,
            http::ParseStep::State::Complete);
  const RequestFields fields(head.fields, bytes);
  EXPECT_EQ(fields.find("X-TEAM", 0), "red");
  EXPECT_EQ(fields.find("X-TEAM", 1), "blue");
  EXPECT_EQ(fields.find("X-TEAM", 2), std::nullopt);
  EXPECT_EQ(fields.find("X-Tea", 0), std::nullopt);
}

}  // namespace
}  // namespace penstock::proxy
