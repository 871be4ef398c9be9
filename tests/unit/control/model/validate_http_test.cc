// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

TEST(ValidateHttp, BoundsTheTrustedProxies) {
  Configuration c = small_configuration();
  c.forwarding.trusted_proxies.resize(base::kTrustedProxiesMax);
  EXPECT_EQ(problems_of(c), std::vector<std::string>{});
  c.forwarding.trusted_proxies.resize(base::kTrustedProxiesMax + 1);
  EXPECT_TRUE(blames(c, "forwarding.trusted_proxies"));
}

TEST(ValidateHttp, WantsAViaNameThatFitsItsField) {
  for (const std::string& name : {std::string(), std::string("a b"), std::string("a,b"),
                                  std::string("a\r\nb"), std::string(65, 'a')}) {
    Configuration c = small_configuration();
    c.forwarding.via_name = name;
    EXPECT_TRUE(blames(c, "forwarding.via_name")) << name;
  }
}

// A configuration that looks for a field named so in each place where that can be done.
Configuration looking_for(const std::string& name, Http::Underscores underscores) {
  Configuration c = small_configuration();
  c.http.underscores = underscores;
  c.rules[0].name = "beta";
  c.rules[0].headers = {{"X-A", std::nullopt}, {name, std::nullopt}};
  c.pools[0].key = {BalanceKey::Kind::Header, name};
  c.rate_limits.resize(1);
  c.rate_limits[0].name = "tenants";
  c.rate_limits[0].key = {RateKey::Kind::Header, name};
  return c;
}

TEST(ValidateHttp, RefusesToLookForFieldsThatAreDropped) {
  const Configuration c = looking_for("tenant_id", Http::Underscores::Drop);
  EXPECT_EQ(problems_of(c).size(), 3u);
  EXPECT_TRUE(blames(c, "pools[0].key"));
  EXPECT_TRUE(blames(c, "rate_limits[0].key"));
  EXPECT_TRUE(blames(c, "rules[0].headers[1].name"));
}

TEST(ValidateHttp, SaysWhatNeverMatchesAndWhatWouldLetIt) {
  Configuration c = looking_for("tenant_id", Http::Underscores::Refuse);
  c.pools[0].key = {};
  c.rate_limits.clear();
  EXPECT_EQ(
      problems_of(c),
      std::vector<std::string>{
          "rules[0].headers[1].name: no request has \"tenant_id\" when it is looked for: such "
          "requests are refused (http.underscores = \"refuse\"), so the rule \"beta\" never "
          "matches; accepted: a name without \"_\", or http.underscores = \"forward\""});
}

TEST(ValidateHttp, AcceptsUnderscoresThatRequestsKeep) {
  EXPECT_TRUE(problems_of(looking_for("tenant_id", Http::Underscores::Forward)).empty());
  EXPECT_TRUE(problems_of(looking_for("tenant-id", Http::Underscores::Drop)).empty());
}

TEST(ValidateHttp, AcceptsAnUnderscoreInACookie) {
  Configuration c = small_configuration();
  c.pools[0].key = {BalanceKey::Kind::Cookie, "session_id"};
  EXPECT_TRUE(problems_of(c).empty());
}

}  // namespace
}  // namespace penstock::model
