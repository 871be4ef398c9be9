// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/source_port.h"

#include <gtest/gtest.h>

#include <set>

namespace penstock::tcp {
namespace {

TEST(SourcePorts, StartAnywhereInTheRange) {
  SourcePorts ports(1);
  std::set<uint16_t> seen;
  for (int i = 0; i < 100; ++i) {
    const auto port = ports.choose([](uint16_t) { return true; });
    ASSERT_TRUE(port);
    EXPECT_GE(*port, base::kSourcePortLowest);
    seen.insert(*port);
  }
  EXPECT_GT(seen.size(), 95u);
}

TEST(SourcePorts, GoOnToTheNextFreeOne) {
  SourcePorts ports(1);
  uint16_t refused = 0;
  const auto port = ports.choose([&](uint16_t candidate) {
    if (refused == 0) refused = candidate;
    return candidate != refused;
  });
  EXPECT_NE(port, refused);
}

TEST(SourcePorts, GiveUpAfterBoundedTries) {
  SourcePorts ports(1);
  uint32_t tries = 0;
  EXPECT_EQ(ports.choose([&](uint16_t) { return ++tries == 0; }), std::nullopt);
  EXPECT_EQ(tries, base::kSourcePortTriesMax);
}

}  // namespace
}  // namespace penstock::tcp
