// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/listener_table.h"

#include <gtest/gtest.h>

#include <vector>

namespace penstock::tcp {
namespace {

base::Endpoint at(uint32_t address, uint16_t port) {
  return {base::IpAddress::from_v4(address), port};
}

TEST(ListenerTable, PrefersAnExactAddress) {
  ListenerTable table;
  EXPECT_TRUE(table.add({.local = at(0, 80), .tag = 1}).ok());
  EXPECT_TRUE(table.add({.local = at(7, 80), .tag = 2}).ok());
  EXPECT_EQ(table.find(at(7, 80))->tag, 2u);
  EXPECT_EQ(table.find(at(8, 80))->tag, 1u);
  EXPECT_EQ(table.find(at(7, 81)), nullptr);
}

TEST(ListenerTable, RefusesTheSameEndpointTwice) {
  ListenerTable table;
  EXPECT_TRUE(table.add({.local = at(7, 80), .tag = 1}).ok());
  EXPECT_EQ(table.add({.local = at(7, 80), .tag = 2}).error(), ListenError::AddressInUse);
}

TEST(ListenerTable, RefusesMoreThanItCanHold) {
  ListenerTable table;
  for (uint32_t i = 0; i < base::kListenersMax; ++i)
    EXPECT_TRUE(table.add({.local = at(i + 1, 80), .tag = i}).ok());
  EXPECT_EQ(table.add({.local = at(0, 81), .tag = 0}).error(), ListenError::TooManyListeners);
}

TEST(ListenerTable, ForgetsWhatIsRemoved) {
  ListenerTable table;
  EXPECT_TRUE(table.add({.local = at(7, 80), .tag = 1}).ok());
  EXPECT_TRUE(table.remove(at(7, 80)));
  EXPECT_FALSE(table.remove(at(7, 80)));
  EXPECT_EQ(table.find(at(7, 80)), nullptr);
}

TEST(ListenerTable, AdmitsEverybodyUnlessItIsToldWhom) {
  ListenerTable table;
  EXPECT_TRUE(table.add({.local = at(7, 80)}).ok());
  EXPECT_TRUE(table.find(at(7, 80))->admits(base::IpAddress::from_v4(1)));
}

TEST(ListenerTable, CountsWhomItDoesNotAdmit) {
  const std::vector<base::IpPrefix> denied = {{base::IpAddress::from_v4(1), 32}};
  const base::AccessList access{.allow = {}, .deny = base::PrefixSet(denied)};
  base::Counter count;
  ListenerTable table;
  EXPECT_TRUE(table.add({.local = at(7, 80)}).ok());
  EXPECT_TRUE(table.set_admission(at(7, 80), {.access = &access, .denied = &count}));
  EXPECT_FALSE(table.set_admission(at(7, 81), {}));
  EXPECT_FALSE(table.find(at(7, 80))->admits(base::IpAddress::from_v4(1)));
  EXPECT_TRUE(table.find(at(7, 80))->admits(base::IpAddress::from_v4(2)));
  EXPECT_EQ(count.read(), 1u);
}

}  // namespace
}  // namespace penstock::tcp
