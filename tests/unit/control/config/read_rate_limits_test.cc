// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/config/read_text.h"

namespace penstock::config {
namespace {

using model::RateKey;

model::RateLimit only_limit(const std::string& text) {
  const ReadText read =
      read_text("ports = (); listeners = (); rate_limits = ( { " + text + " } );");
  EXPECT_EQ(read.problems, std::vector<std::string>{});
  CHECK(read.configuration.rate_limits.size() == 1);
  return read.configuration.rate_limits[0];
}

ReadText refused(const std::string& text) {
  return read_text("ports = (); listeners = (); rate_limits = ( { name = \"a\"; " + text + " } );");
}

TEST(ReadRateLimits, ReadsEveryKey) {
  const model::RateLimit limit = only_limit(R"(name = "a"; key = "header:X-Key"; per_minute = 30;
    burst = 5; source_prefix_ipv4 = 24; source_prefix_ipv6 = 48;)");
  EXPECT_EQ(limit.name, "a");
  EXPECT_EQ(limit.key, (RateKey{RateKey::Kind::Header, "X-Key"}));
  EXPECT_EQ(limit.tokens, 30u);
  EXPECT_EQ(limit.period, base::Duration::from_s(60));
  EXPECT_EQ(limit.burst, 5u);
  EXPECT_EQ(limit.source_prefix_ipv4, 24u);
  EXPECT_EQ(limit.source_prefix_ipv6, 48u);
}

TEST(ReadRateLimits, CountsBySourceAndSavesUpOnePeriodUnlessToldOtherwise) {
  const model::RateLimit limit = only_limit("name = \"a\"; per_second = 7;");
  EXPECT_EQ(limit.key, RateKey{});
  EXPECT_EQ(limit.period, base::Duration::from_s(1));
  EXPECT_EQ(limit.burst, 7u);
  EXPECT_EQ(limit.source_prefix_ipv4, 32u);
  EXPECT_EQ(limit.source_prefix_ipv6, 64u);
}

TEST(ReadRateLimits, ReadsEverySortOfKey) {
  const auto key = [](const std::string& text) {
    return only_limit("name = \"a\"; per_second = 1; key = \"" + text + "\";").key;
  };
  EXPECT_EQ(key("source"), RateKey{RateKey::Kind::Source});
  EXPECT_EQ(key("host"), RateKey{RateKey::Kind::Host});
  EXPECT_EQ(key("all"), RateKey{RateKey::Kind::All});
  EXPECT_EQ(key("cookie:id"), (RateKey{RateKey::Kind::Cookie, "id"}));
}

TEST(ReadRateLimits, RefusesKeysThatAreNone) {
  for (const char* key : {"", "sources", "header", "header:", "path"}) {
    EXPECT_TRUE(blames(refused("per_second = 1; key = \"" + std::string(key) + "\";"),
                       "rate_limits[0].key"))
        << key;
  }
}

TEST(ReadRateLimits, WantsOneRateAndOneOnly) {
  EXPECT_TRUE(blames(refused(""), "rate_limits[0].per_second"));
  EXPECT_TRUE(blames(refused("per_second = 1; per_minute = 1;"), "rate_limits[0].per_minute"));
  EXPECT_TRUE(blames(refused("per_second = 0;"), "rate_limits[0].per_second"));
  EXPECT_EQ(refused("per_second = 0;").problems.size(), 1u);
}

}  // namespace
}  // namespace penstock::config
