// SPDX-License-Identifier: Apache-2.0
#include "control/compile/id_registry.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::compile {
namespace {

bool nobody_asks(uint32_t) { return true; }

TEST(IdRegistry, KeepsAnIdThroughGenerations) {
  IdRegistry<std::string> registry(8);
  ASSERT_TRUE(registry.want("a", 1));
  ASSERT_TRUE(registry.want("b", 1));
  registry.retire_others(1);
  ASSERT_TRUE(registry.want("b", 2));
  registry.retire_others(2);
  EXPECT_EQ(registry.find("b"), 1u);
  EXPECT_EQ(registry.find("c"), std::nullopt);
}

TEST(IdRegistry, GivesAnIdAwayOnlyWhenNobodyCanMeanItsOldOwner) {
  IdRegistry<std::string> registry(1);
  ASSERT_TRUE(registry.want("a", 1));
  registry.retire_others(1);
  registry.retire_others(2);
  EXPECT_FALSE(registry.want("b", 3));
  EXPECT_TRUE(registry.reclaim(1, nobody_asks).empty()) << "generation 1 is alive";
  EXPECT_TRUE(registry.reclaim(2, [](uint32_t) { return false; }).empty()) << "still in use";
  EXPECT_EQ(registry.reclaim(2, nobody_asks), std::vector<uint32_t>{0});
  EXPECT_TRUE(registry.want("b", 3));
  EXPECT_EQ(registry.find("b"), 0u);
}

TEST(IdRegistry, GivesAnOwnerThatReturnsItsIdBack) {
  IdRegistry<std::string> registry(2);
  ASSERT_TRUE(registry.want("a", 1));
  registry.retire_others(1);
  registry.retire_others(2);
  ASSERT_TRUE(registry.want("a", 3));
  EXPECT_TRUE(registry.reclaim(3, nobody_asks).empty());
  EXPECT_EQ(registry.find("a"), 0u);
}

}  // namespace
}  // namespace penstock::compile
