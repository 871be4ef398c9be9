// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/config/read_text.h"

namespace penstock::config {
namespace {

using model::BalanceKey;

model::Pool only_pool(const ReadText& read) {
  EXPECT_EQ(read.problems, std::vector<std::string>{});
  CHECK(read.configuration.pools.size() == 1);
  return read.configuration.pools[0];
}

TEST(ReadPools, ReadsEveryKey) {
  const model::Pool pool = only_pool(read_with_network(R"(
    pools = ( { name = "api"; policy = "maglev"; key = "path";
      idle_connections = 5; connect_ms = 1; response_head_ms = 2; response_body_ms = 3;
      upstream_idle_ms = 4;
      backends = ( { name = "one"; address = "10.0.0.1:80"; weight = 7; draining = true; } ); } );)"));
  EXPECT_EQ(pool.name, "api");
  EXPECT_EQ(pool.policy, model::BalancePolicy::Maglev);
  EXPECT_EQ(pool.key.kind, BalanceKey::Kind::Path);
  EXPECT_EQ(pool.idle_connections, 5u);
  EXPECT_EQ(pool.connect_timeout.ms(), 1);
  EXPECT_EQ(pool.response_head_timeout.ms(), 2);
  EXPECT_EQ(pool.response_body_timeout.ms(), 3);
  EXPECT_EQ(pool.idle_timeout.ms(), 4);
  ASSERT_EQ(pool.backends.size(), 1u);
  EXPECT_EQ(pool.backends[0].name, "one");
  EXPECT_EQ(pool.backends[0].address.format(), "10.0.0.1:80");
  EXPECT_EQ(pool.backends[0].weight, 7u);
  EXPECT_EQ(pool.backends[0].state, model::BackendState::Draining);
}

TEST(ReadPools, TakesTimeoutsAndConnectionsFromTheWholeUnlessItNamesItsOwn) {
  const model::Pool pool = only_pool(read_with_network(R"(
    pools = ( { name = "api"; backends = (); connect_ms = 9; } );
    timeouts = { connect_ms = 1; response_head_ms = 2; response_body_ms = 3; upstream_idle_ms = 4; };
    limits = { idle_connections = 6; };)"));
  EXPECT_EQ(pool.connect_timeout.ms(), 9);
  EXPECT_EQ(pool.response_head_timeout.ms(), 2);
  EXPECT_EQ(pool.response_body_timeout.ms(), 3);
  EXPECT_EQ(pool.idle_timeout.ms(), 4);
  EXPECT_EQ(pool.idle_connections, 6u);
}

TEST(ReadPools, NamesABackendAfterItsAddress) {
  const model::Pool pool = only_pool(read_with_network(
      "pools = ( { name = \"a\"; backends = ( { address = \"10.0.0.1:80\"; } ); } );"));
  EXPECT_EQ(pool.backends[0].name, "10.0.0.1:80");
  EXPECT_EQ(pool.backends[0].weight, 1u);
  EXPECT_EQ(pool.backends[0].state, model::BackendState::Active);
}

TEST(ReadPools, ReadsEverySortOfKey) {
  const auto key_of = [](const std::string& text) {
    return only_pool(read_with_network("pools = ( { name = \"a\"; backends = (); key = \"" + text +
                                       "\"; } );"))
        .key;
  };
  EXPECT_EQ(key_of("source"), (BalanceKey{BalanceKey::Kind::SourceAddress, ""}));
  EXPECT_EQ(key_of("path"), (BalanceKey{BalanceKey::Kind::Path, ""}));
  EXPECT_EQ(key_of("header:X-Tenant"), (BalanceKey{BalanceKey::Kind::Header, "X-Tenant"}));
  EXPECT_EQ(key_of("cookie:id"), (BalanceKey{BalanceKey::Kind::Cookie, "id"}));
}

TEST(ReadPools, RefusesAKeyThatNamesNothing) {
  for (const char* key : {"", "header", "header:", "cookie:", "url", "source:x"}) {
    const ReadText read = read_with_network("pools = ( { name = \"a\"; backends = (); key = \"" +
                                            std::string(key) + "\"; } );");
    EXPECT_TRUE(blames(read, "pools[0].key")) << key;
  }
}

TEST(ReadPools, RefusesAKeyThatRoundRobinWouldNotUse) {
  const ReadText read = read_with_network(
      "pools = ( { name = \"a\"; backends = (); policy = \"round_robin\"; key = \"path\"; } );");
  EXPECT_TRUE(blames(read, "pools[0].key"));
}

}  // namespace
}  // namespace penstock::config
