// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/source_port.h"

#include <gtest/gtest.h>

#include <set>

namespace penstock::tcp {
namespace {

constexpr uint16_t kLowest = base::kSourcePortLowest;

bool any(uint16_t) { return true; }
PortState free_port(uint16_t) { return PortState::Free; }

TEST(SourcePorts, StartAnywhereInTheRange) {
  SourcePorts ports(1);
  std::set<uint16_t> seen;
  for (int i = 0; i < 100; ++i) {
    const auto chosen = ports.choose(kLowest, any, free_port);
    ASSERT_TRUE(chosen);
    EXPECT_GE(chosen->port, base::kSourcePortLowest);
    seen.insert(chosen->port);
  }
  EXPECT_GT(seen.size(), 95u);
}

TEST(SourcePorts, GoOnToTheNextFreeOne) {
  SourcePorts ports(1);
  uint16_t refused = 0;
  const auto chosen = ports.choose(kLowest, any, [&](uint16_t candidate) {
    if (refused == 0) refused = candidate;
    return candidate == refused ? PortState::Taken : PortState::Free;
  });
  ASSERT_TRUE(chosen);
  EXPECT_NE(chosen->port, refused);
}

TEST(SourcePorts, AreThoseWhoseRepliesComeToUs) {
  SourcePorts ports(1);
  for (int i = 0; i < 100; ++i) {
    const auto chosen = ports.choose(
        kLowest, [](uint16_t port) { return port % 7 == 3; }, free_port);
    ASSERT_TRUE(chosen);
    EXPECT_EQ(chosen->port % 7, 3);
  }
}

TEST(SourcePorts, PreferAFreePortToOneThatMayBeTakenOver) {
  SourcePorts ports(1);
  uint32_t asked = 0;
  const auto chosen = ports.choose(
      kLowest, any, [&](uint16_t) { return ++asked < 10 ? PortState::Reusable : PortState::Free; });
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->state, PortState::Free);
  EXPECT_EQ(asked, 10u);
}

TEST(SourcePorts, TakeOverTheFirstThatMayBeWhenNoneIsFree) {
  SourcePorts ports(1);
  uint16_t first = 0;
  const auto chosen = ports.choose(kLowest, any, [&](uint16_t port) {
    if (port % 2 == 0) return PortState::Taken;
    if (first == 0) first = port;
    return PortState::Reusable;
  });
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->state, PortState::Reusable);
  EXPECT_EQ(chosen->port, first);
}

TEST(SourcePorts, GiveUpAfterBoundedTries) {
  SourcePorts ports(1);
  uint32_t tries = 0;
  const auto taken = [&](uint16_t) {
    ++tries;
    return PortState::Taken;
  };
  EXPECT_FALSE(ports.choose(kLowest, any, taken));
  EXPECT_EQ(tries, base::kSourcePortTriesMax);
}

TEST(SourcePorts, GiveUpAtOnceWhenNoPortIsOurs) {
  SourcePorts ports(1);
  uint32_t looked_at = 0;
  const auto none = [&](uint16_t) {
    ++looked_at;
    return false;
  };
  EXPECT_FALSE(ports.choose(kLowest, none, free_port));
  EXPECT_EQ(looked_at, 65'536u - base::kSourcePortLowest);
}

}  // namespace
}  // namespace penstock::tcp
