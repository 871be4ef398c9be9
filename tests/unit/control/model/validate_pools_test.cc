// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

TEST(ValidatePools, AcceptsAnEmptyPool) {
  Configuration c = small_configuration();
  c.pools[0].backends.clear();
  EXPECT_TRUE(problems_of(c).empty());
}

TEST(ValidatePools, RefusesAPoolNameTwice) {
  Configuration c = small_configuration();
  c.pools.push_back(c.pools[0]);
  EXPECT_TRUE(blames(c, "pools[1].name"));
}

TEST(ValidatePools, AcceptsABackendInTwoPools) {
  Configuration c = small_configuration();
  c.pools.push_back(c.pools[0]);
  c.pools[1].name = "other";
  EXPECT_TRUE(problems_of(c).empty());
}

TEST(ValidatePools, RefusesABackendAddressTwiceInAPool) {
  Configuration c = small_configuration();
  c.pools[0].backends[1] = c.pools[0].backends[0];
  EXPECT_EQ(problems_of(c).size(), 1u) << "the default names are not blamed beside the addresses";
  EXPECT_TRUE(blames(c, "pools[0].backends[1].address"));
}

TEST(ValidatePools, RefusesABackendNameTwiceInAPool) {
  Configuration c = small_configuration();
  c.pools[0].backends[0].name = "one";
  c.pools[0].backends[1].name = "one";
  EXPECT_TRUE(blames(c, "pools[0].backends[1].name"));
}

TEST(ValidatePools, RefusesANameThatIsTheAddressOfAnother) {
  Configuration c = small_configuration();
  c.pools[0].backends[1].name = "10.2.0.11:80";
  EXPECT_TRUE(blames(c, "pools[0].backends[1].name"));
}

TEST(ValidatePools, RefusesAWeightOutOfRange) {
  Configuration c = small_configuration();
  c.pools[0].backends[1].weight = base::kBackendWeightMax + 1;
  EXPECT_TRUE(blames(c, "pools[0].backends[1].weight"));
}

TEST(ValidatePools, RefusesABackendThatCannotBeReached) {
  Configuration c = small_configuration();
  c.pools[0].backends[1] = backend("10.9.0.1:80");
  EXPECT_TRUE(blames(c, "pools[0].backends[1].address"));
}

TEST(ValidatePools, WantsATokenForAHeaderOrCookieKey) {
  Configuration c = small_configuration();
  c.pools[0].key = {BalanceKey::Kind::Header, "X Y"};
  EXPECT_TRUE(blames(c, "pools[0].key"));
  c.pools[0].key = {BalanceKey::Kind::Cookie, "id"};
  EXPECT_FALSE(blames(c, "pools[0].key"));
}

TEST(ValidatePools, RefusesTimeoutsOutOfRange) {
  Configuration c = small_configuration();
  c.pools[0].connect_timeout = {};
  EXPECT_TRUE(blames(c, "pools[0].connect_ms"));
}

TEST(ValidatePools, RefusesMoreBackendsThanThereCanBe) {
  Configuration c = small_configuration();
  c.pools[0].backends.resize(base::kBackendsMax + 1, c.pools[0].backends[0]);
  EXPECT_TRUE(blames(c, "pools"));
}

}  // namespace
}  // namespace penstock::model
