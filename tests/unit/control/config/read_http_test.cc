// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/config/read_text.h"

namespace penstock::config {
namespace {

using model::Forwarding;
using model::Http;

TEST(ReadHttp, ReadsEveryKey) {
  const ReadText read = read_with_network(R"(
    http = { mode = "strictest"; underscores = "refuse"; path = "received";
      duplicate_slashes = "keep"; encoded_slash = "decode"; };
    forwarding = { reason_field = "omit"; upgrade = "never"; x_forwarded = "preserve"; forwarded = "append";
      trusted_proxies = ["10.0.0.0/8", "2001:db8::/32"]; via = "append"; via_name = "edge";
      request_id = "add"; };)");
  EXPECT_EQ(read.problems, std::vector<std::string>{});
  EXPECT_EQ(read.configuration.http,
            (Http{Http::Mode::Strictest, Http::Underscores::Refuse, Http::Path::Received,
                  Http::DuplicateSlashes::Keep, Http::EncodedSlash::Decode}));
  const Forwarding expected{
      Forwarding::ReasonField::Omit,
      Forwarding::Upgrade::Never,
      Forwarding::XForwarded::Preserve,
      {*base::IpPrefix::parse("10.0.0.0/8"), *base::IpPrefix::parse("2001:db8::/32")},
      Forwarding::Addition::Append,
      Forwarding::Addition::Append,
      "edge",
      Forwarding::Addition::Append};
  EXPECT_EQ(read.configuration.forwarding, expected);
}

TEST(ReadHttp, KeepsDefaultsBesideWrongValues) {
  const ReadText read = read_with_network("http = { mode = 3; underscores = \"forward\"; };");
  EXPECT_TRUE(blames(read, "http.mode"));
  EXPECT_EQ(read.configuration.http.mode, Http::Mode::Defensive);
  EXPECT_EQ(read.configuration.http.underscores, Http::Underscores::Forward);
}

}  // namespace
}  // namespace penstock::config
