// SPDX-License-Identifier: Apache-2.0
#include "control/compile/rate_limits.h"

#include <gtest/gtest.h>

namespace penstock::compile {
namespace {

model::RateLimit limit(const char* name) {
  model::RateLimit limit;
  limit.name = name;
  return limit;
}

TEST(RateLimits, KeepWhatWasWanted) {
  model::RateLimit wanted = limit("per-client");
  wanted.key = {model::RateKey::Kind::Header, "X-Key"};
  wanted.tokens = 30;
  wanted.period = base::Duration::from_s(60);
  wanted.burst = 7;
  wanted.source_prefix_ipv4 = 24;
  wanted.source_prefix_ipv6 = 48;
  NameRegistry ids(4);
  ids.assign({"other", "per-client"}, 1);
  const auto compiled = compile_rate_limits({wanted}, ids);
  ASSERT_EQ(compiled.size(), 1u);
  EXPECT_EQ(compiled[0].name, "per-client");
  EXPECT_EQ(compiled[0].key, proxy::RateLimit::Key::Header);
  EXPECT_EQ(compiled[0].field, "X-Key");
  EXPECT_EQ(compiled[0].rate.interval, base::Duration::from_s(2));
  EXPECT_EQ(compiled[0].rate.burst, 7u);
  EXPECT_EQ(compiled[0].source_prefix_ipv4, 24);
  EXPECT_EQ(compiled[0].source_prefix_ipv6, 48);
  EXPECT_EQ(compiled[0].id, 1u);
}

TEST(RateLimits, AreKnownByTheirNamesWhateverTheySay) {
  NameRegistry ids(4);
  ids.assign({"a", "b"}, 1);
  const auto first = compile_rate_limits({limit("a"), limit("b")}, ids);
  model::RateLimit changed = limit("b");
  changed.tokens = 99;
  const auto second = compile_rate_limits({changed}, ids);
  EXPECT_EQ(second[0].identity, first[1].identity);
  EXPECT_NE(first[0].identity, first[1].identity);
}

TEST(RateLimits, AreFoundByName) {
  const std::vector<model::RateLimit> limits = {limit("a"), limit("b")};
  EXPECT_EQ(rate_limit_index(limits, "b"), 1u);
  EXPECT_EQ(rate_limit_index(limits, "c"), std::nullopt);
  EXPECT_EQ(rate_limit_index(limits, ""), std::nullopt);
}

}  // namespace
}  // namespace penstock::compile
