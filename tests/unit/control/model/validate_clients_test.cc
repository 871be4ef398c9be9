// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

TEST(ValidateClients, RefusesAHostWhereANetworkIsMeant) {
  Configuration c = small_configuration();
  c.listeners[0].allow = {prefix("10.0.0.0/8"), prefix("10.0.0.1/8")};
  c.listeners[0].deny = {prefix("2001:db8::1/64")};
  c.rules[0].except_sources = {prefix("10.0.0.1/24")};
  EXPECT_FALSE(blames(c, "listeners[0].allow[0]"));
  EXPECT_TRUE(blames(c, "listeners[0].allow[1]"));
  EXPECT_TRUE(blames(c, "listeners[0].deny[0]"));
  EXPECT_TRUE(blames(c, "rules[0].except_sources[0]"));
}

TEST(ValidateClients, RefusesMoreNetworksThanAListMayHave) {
  Configuration c = small_configuration();
  c.listeners[0].deny.assign(base::kNetworksPerListMax + 1, prefix("10.0.0.0/8"));
  EXPECT_TRUE(blames(c, "listeners[0].deny"));
  c.listeners[0].deny.pop_back();
  EXPECT_FALSE(blames(c, "listeners[0].deny"));
}

RateLimit limit(const char* name, RateKey key = {}) {
  RateLimit limit;
  limit.name = name;
  limit.key = std::move(key);
  return limit;
}

TEST(ValidateClients, BoundsTheBoundOfConnections) {
  Configuration c = small_configuration();
  c.listeners[0].connections_per_source_max = base::kConnectionsMax + 1;
  EXPECT_TRUE(blames(c, "listeners[0].connections_per_source_max"));
}

TEST(ValidateClients, RefusesARateLimitThatIsNotThere) {
  Configuration c = small_configuration();
  c.rate_limits = {limit("a")};
  c.listeners[0].connection_rate = "a";
  c.listeners[0].request_rate = "a";
  c.rules[0].request_rate = "a";
  EXPECT_TRUE(problems_of(c).empty());
  c.rate_limits[0].name = "b";
  EXPECT_TRUE(blames(c, "listeners[0].connection_rate"));
  EXPECT_TRUE(blames(c, "listeners[0].request_rate"));
  EXPECT_TRUE(blames(c, "rules[0].request_rate"));
}

TEST(ValidateClients, CountsConnectionsByWhatTheyHave) {
  Configuration c = small_configuration();
  c.rate_limits = {limit("a", {RateKey::Kind::Header, "X-Key"})};
  c.listeners[0].request_rate = "a";
  EXPECT_TRUE(problems_of(c).empty());
  c.listeners[0].connection_rate = "a";
  EXPECT_TRUE(blames(c, "listeners[0].connection_rate"));
  c.rate_limits[0].key = {RateKey::Kind::All};
  EXPECT_TRUE(problems_of(c).empty());
}

TEST(ValidateClients, RefusesTheSameRateLimitTwiceAndTooMany) {
  Configuration c = small_configuration();
  c.rate_limits = {limit("a"), limit("a")};
  EXPECT_TRUE(blames(c, "rate_limits[1].name"));
  c.rate_limits.resize(base::kRateLimitsMax + 1, limit("a"));
  EXPECT_TRUE(blames(c, "rate_limits"));
}

TEST(ValidateClients, RefusesNumbersOutOfRange) {
  Configuration c = small_configuration();
  c.rate_limits = {limit("a", {RateKey::Kind::Cookie, "a b"})};
  c.rate_limits[0].tokens = 0;
  c.rate_limits[0].burst = 0;
  c.rate_limits[0].source_prefix_ipv4 = 33;
  c.rate_limits[0].source_prefix_ipv6 = 0;
  for (const char* key :
       {"key", "per_second", "burst", "source_prefix_ipv4", "source_prefix_ipv6"}) {
    EXPECT_TRUE(blames(c, std::string("rate_limits[0].") + key)) << key;
  }
}

}  // namespace
}  // namespace penstock::model
