// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/neighbor.h"

#include <gtest/gtest.h>

namespace penstock::net {
namespace {

base::IpAddress address(uint32_t host) { return base::IpAddress::from_v4(0x0a000000 | host); }

class NeighborTableTest : public ::testing::Test {
 protected:
  ~NeighborTableTest() override {
    for (uint8_t interface = 0; interface < 2; ++interface) {
      for (uint32_t host = 0; host < 8; ++host) {
        if (Neighbor* neighbor = table_.find(interface, address(host))) table_.remove(*neighbor);
      }
    }
  }
  NeighborTable table_{4, {1, 2}};
};

TEST_F(NeighborTableTest, FindsWhatWasAdded) {
  Neighbor* added = table_.add(0, address(1));
  EXPECT_EQ(table_.find(0, address(1)), added);
  EXPECT_EQ(&table_.at(table_.index_of(*added)), added);
  EXPECT_EQ(added->state, NeighborState::Resolving);
}

TEST_F(NeighborTableTest, TellsInterfacesApart) {
  table_.add(0, address(1));
  EXPECT_EQ(table_.find(1, address(1)), nullptr);
  EXPECT_NE(table_.add(1, address(1)), nullptr);
}

TEST_F(NeighborTableTest, RefusesMoreThanItCanHold) {
  for (uint32_t host = 0; host < 4; ++host) EXPECT_NE(table_.add(0, address(host)), nullptr);
  EXPECT_EQ(table_.add(0, address(4)), nullptr);
  EXPECT_EQ(table_.size(), 4u);
}

TEST_F(NeighborTableTest, ChangesItsGenerationWhenAnEntryGoes) {
  Neighbor* added = table_.add(0, address(1));
  const uint32_t before = table_.generation();
  table_.remove(*added);
  EXPECT_NE(table_.generation(), before);
  EXPECT_EQ(table_.find(0, address(1)), nullptr);
}

TEST_F(NeighborTableTest, NeverHasTheGenerationOfAnEmptyCache) {
  EXPECT_NE(table_.generation(), 0u);
}

}  // namespace
}  // namespace penstock::net
