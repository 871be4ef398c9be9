// SPDX-License-Identifier: Apache-2.0
#include "control/compile/backend_registry.h"

#include <gtest/gtest.h>

#include <set>

namespace penstock::compile {
namespace {

base::Endpoint endpoint(uint32_t n) { return {base::IpAddress::from_v4(0x0a500000 + n), 80}; }

model::Configuration with_backends(const std::vector<uint32_t>& numbers) {
  model::Configuration configuration;
  configuration.pools.push_back({});
  configuration.pools[0].name = "p";
  for (const uint32_t n : numbers) {
    configuration.pools[0].backends.push_back({"b" + std::to_string(n), endpoint(n)});
  }
  return configuration;
}

bool always_quiet(uint32_t) { return true; }

TEST(BackendRegistry, GivesDenseIdsInOrder) {
  BackendRegistry registry;
  ASSERT_TRUE(registry.assign(with_backends({7, 8, 9}), 1).ok());
  EXPECT_EQ(registry.find("p", endpoint(7)), 0u);
  EXPECT_EQ(registry.find("p", endpoint(9)), 2u);
}

TEST(BackendRegistry, KeepsIdsWhenMembersMoveAndChange) {
  BackendRegistry registry;
  ASSERT_TRUE(registry.assign(with_backends({7, 8}), 1).ok());
  model::Configuration changed = with_backends({9, 8, 7});
  changed.pools[0].backends[1].weight = 9;
  changed.pools[0].backends[1].name = "renamed";
  ASSERT_TRUE(registry.assign(changed, 2).ok());
  EXPECT_EQ(registry.find("p", endpoint(7)), 0u);
  EXPECT_EQ(registry.find("p", endpoint(8)), 1u);
}

TEST(BackendRegistry, TellsTheSameEndpointOfTwoPoolsApart) {
  model::Configuration configuration = with_backends({7});
  configuration.pools.push_back(configuration.pools[0]);
  configuration.pools[1].name = "q";
  BackendRegistry registry;
  ASSERT_TRUE(registry.assign(configuration, 1).ok());
  EXPECT_NE(registry.find("p", endpoint(7)), registry.find("q", endpoint(7)));
}

TEST(BackendRegistry, ReusesNoIdWhileAnOldSnapshotIsAlive) {
  BackendRegistry registry;
  ASSERT_TRUE(registry.assign(with_backends({7}), 1).ok());
  ASSERT_TRUE(registry.assign(with_backends({}), 2).ok());
  EXPECT_TRUE(registry.reclaim_backends(1, always_quiet).empty());
  ASSERT_TRUE(registry.assign(with_backends({8}), 3).ok());
  EXPECT_EQ(registry.find("p", endpoint(8)), 1u);
}

TEST(BackendRegistry, ReusesAnIdAfterTheLastSnapshotIsGone) {
  BackendRegistry registry;
  ASSERT_TRUE(registry.assign(with_backends({7}), 1).ok());
  ASSERT_TRUE(registry.assign(with_backends({}), 2).ok());
  EXPECT_EQ(registry.reclaim_backends(2, always_quiet), std::vector<uint32_t>{0});
  EXPECT_EQ(registry.find("p", endpoint(7)), std::nullopt);
  ASSERT_TRUE(registry.assign(with_backends({8}), 3).ok());
  EXPECT_EQ(registry.find("p", endpoint(8)), 0u);
}

TEST(BackendRegistry, ReusesNoIdWithConnectionsLeft) {
  BackendRegistry registry;
  ASSERT_TRUE(registry.assign(with_backends({7}), 1).ok());
  ASSERT_TRUE(registry.assign(with_backends({}), 2).ok());
  EXPECT_TRUE(registry.reclaim_backends(2, [](uint32_t) { return false; }).empty());
}

TEST(BackendRegistry, GivesABackendThatReturnsItsIdBack) {
  BackendRegistry registry;
  ASSERT_TRUE(registry.assign(with_backends({7, 8}), 1).ok());
  ASSERT_TRUE(registry.assign(with_backends({8}), 2).ok());
  ASSERT_TRUE(registry.assign(with_backends({8, 7}), 3).ok());
  EXPECT_EQ(registry.find("p", endpoint(7)), 0u);
  EXPECT_TRUE(registry.reclaim_backends(3, always_quiet).empty());
}

TEST(BackendRegistry, RefusesMoreThanThereAreIds) {
  std::vector<uint32_t> numbers(base::kBackendsMax + 1);
  for (uint32_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
  BackendRegistry registry;
  const auto assigned = registry.assign(with_backends(numbers), 1);
  ASSERT_FALSE(assigned.ok());
  EXPECT_EQ(assigned.error(), "more than 16384 backends, counting those that still drain");
}

}  // namespace
}  // namespace penstock::compile
