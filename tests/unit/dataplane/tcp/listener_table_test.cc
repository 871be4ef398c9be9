// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/listener_table.h"

#include <gtest/gtest.h>

namespace penstock::tcp {
namespace {

base::Endpoint at(uint32_t address, uint16_t port) {
  return {base::IpAddress::from_v4(address), port};
}

TEST(ListenerTable, PrefersAnExactAddress) {
  ListenerTable table;
  EXPECT_TRUE(table.add(at(0, 80), 1).ok());
  EXPECT_TRUE(table.add(at(7, 80), 2).ok());
  EXPECT_EQ(table.find(at(7, 80)), 2u);
  EXPECT_EQ(table.find(at(8, 80)), 1u);
  EXPECT_EQ(table.find(at(7, 81)), std::nullopt);
}

TEST(ListenerTable, RefusesTheSameEndpointTwice) {
  ListenerTable table;
  EXPECT_TRUE(table.add(at(7, 80), 1).ok());
  EXPECT_EQ(table.add(at(7, 80), 2).error(), ListenError::AddressInUse);
}

TEST(ListenerTable, RefusesMoreThanItCanHold) {
  ListenerTable table;
  for (uint32_t i = 0; i < base::kListenersMax; ++i) EXPECT_TRUE(table.add(at(i + 1, 80), i).ok());
  EXPECT_EQ(table.add(at(0, 81), 0).error(), ListenError::TooManyListeners);
}

TEST(ListenerTable, ForgetsWhatIsRemoved) {
  ListenerTable table;
  EXPECT_TRUE(table.add(at(7, 80), 1).ok());
  EXPECT_TRUE(table.remove(at(7, 80)));
  EXPECT_FALSE(table.remove(at(7, 80)));
  EXPECT_EQ(table.find(at(7, 80)), std::nullopt);
}

}  // namespace
}  // namespace penstock::tcp
