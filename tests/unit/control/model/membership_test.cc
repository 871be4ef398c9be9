// SPDX-License-Identifier: Apache-2.0
#include "control/model/membership.h"

#include <gtest/gtest.h>

#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

const std::string kFirst = "10.2.0.11:80";

TEST(Membership, AddsABackendAtTheEndAndNamesItAfterItsAddress) {
  Backend added;
  added.address = endpoint("10.2.0.13:80");
  added.weight = 3;
  const Edited edited = add_backend(small_configuration(), "api", added);
  ASSERT_TRUE(edited.ok());
  ASSERT_EQ(edited->pools[0].backends.size(), 3u);
  EXPECT_EQ(edited->pools[0].backends[2].name, "10.2.0.13:80");
  EXPECT_EQ(edited->pools[0].backends[2].weight, 3u);
}

TEST(Membership, GivesAConfigurationThatIsStillRight) {
  const Edited edited = add_backend(small_configuration(), "api", backend("10.2.0.13:80"));
  ASSERT_TRUE(edited.ok());
  EXPECT_TRUE(problems_of(*edited).empty());
}

TEST(Membership, RefusesABackendThatIsThere) {
  const Edited edited = add_backend(small_configuration(), "api", backend("10.2.0.11:80"));
  ASSERT_FALSE(edited.ok());
  EXPECT_EQ(edited.error(), "pool \"api\" already has backend \"10.2.0.11:80\" at 10.2.0.11:80");
}

TEST(Membership, RefusesANameThatIsTaken) {
  Backend added = backend("10.2.0.13:80");
  added.name = kFirst;
  EXPECT_FALSE(add_backend(small_configuration(), "api", added).ok());
}

TEST(Membership, MakesADrainingBackendActiveAgainWhenItIsAdded) {
  const Edited drained = drain_backend(small_configuration(), {"api", kFirst});
  ASSERT_TRUE(drained.ok());
  Backend again = backend("10.2.0.11:80");
  again.weight = 5;
  const Edited edited = add_backend(*drained, "api", again);
  ASSERT_TRUE(edited.ok());
  ASSERT_EQ(edited->pools[0].backends.size(), 2u);
  EXPECT_EQ(edited->pools[0].backends[0].state, BackendState::Active);
  EXPECT_EQ(edited->pools[0].backends[0].weight, 5u);
}

TEST(Membership, DoesNotRenameADrainingBackend) {
  const Edited drained = drain_backend(small_configuration(), {"api", kFirst});
  ASSERT_TRUE(drained.ok());
  Backend again = backend("10.2.0.11:80");
  again.name = "other";
  EXPECT_FALSE(add_backend(*drained, "api", again).ok());
}

TEST(Membership, RefusesABackendThatCannotBeReached) {
  const Edited edited = add_backend(small_configuration(), "api", backend("10.9.0.1:80"));
  ASSERT_FALSE(edited.ok());
  EXPECT_NE(edited.error().find("cannot be reached"), std::string::npos);
}

TEST(Membership, RefusesAWeightOutOfRange) {
  const Edited edited = set_backend_weight(small_configuration(), {"api", kFirst}, 257);
  ASSERT_FALSE(edited.ok());
  EXPECT_EQ(edited.error(), "weight 257 is out of range; accepted: an integer from 0 to 256");
}

TEST(Membership, SetsTheWeightOfOneBackend) {
  const Edited edited = set_backend_weight(small_configuration(), {"api", kFirst}, 0);
  ASSERT_TRUE(edited.ok());
  EXPECT_EQ(edited->pools[0].backends[0].weight, 0u);
  EXPECT_EQ(edited->pools[0].backends[1].weight, 1u);
}

TEST(Membership, DrainsOneBackend) {
  const Edited edited = drain_backend(small_configuration(), {"api", kFirst});
  ASSERT_TRUE(edited.ok());
  EXPECT_EQ(edited->pools[0].backends[0].state, BackendState::Draining);
  EXPECT_EQ(edited->pools[0].backends[1].state, BackendState::Active);
}

TEST(Membership, RemovesOneBackend) {
  const Edited edited = remove_backend(small_configuration(), {"api", kFirst});
  ASSERT_TRUE(edited.ok());
  ASSERT_EQ(edited->pools[0].backends.size(), 1u);
  EXPECT_EQ(edited->pools[0].backends[0].name, "10.2.0.12:80");
}

TEST(Membership, MayEmptyAPool) {
  const Edited first = remove_backend(small_configuration(), {"api", kFirst});
  ASSERT_TRUE(first.ok());
  const Edited second = remove_backend(*first, {"api", "10.2.0.12:80"});
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE(problems_of(*second).empty());
}

TEST(Membership, FindsABackendByNameOrAddress) {
  Configuration c = small_configuration();
  c.pools[0].backends[0].name = "one";
  EXPECT_TRUE(drain_backend(c, {"api", "one"}).ok());
  EXPECT_TRUE(drain_backend(c, {"api", kFirst}).ok());
}

TEST(Membership, SaysWhichPoolsThereAre) {
  const Edited edited = drain_backend(small_configuration(), {"apis", kFirst});
  ASSERT_FALSE(edited.ok());
  EXPECT_EQ(edited.error(), "there is no pool \"apis\"; pools: api");
}

TEST(Membership, SaysWhichBackendsThereAre) {
  const Edited edited = remove_backend(small_configuration(), {"api", "x"});
  ASSERT_FALSE(edited.ok());
  EXPECT_EQ(edited.error(),
            "pool \"api\" has no backend \"x\"; backends: 10.2.0.11:80, 10.2.0.12:80");
}

}  // namespace
}  // namespace penstock::model
