// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/interface.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"
#include "tests/support/simulated_port.h"

namespace penstock::net {
namespace {

using testing::ip;
using testing::prefix;

class InterfaceTest : public ::testing::Test {
 protected:
  Interface with(const std::vector<base::IpPrefix>& addresses) {
    return Interface({.queue = &queue_, .addresses = addresses});
  }
  nic::PacketPool pool_ = testing::make_test_pool();
  testing::SimulatedPort port_{{.mtu = 1400}, pool_};
  nic::PortQueue queue_{port_, 0};
};

TEST_F(InterfaceTest, TakesMacAndMtuFromItsPort) {
  const Interface interface = with({});
  EXPECT_EQ(interface.mac(), port_.mac());
  EXPECT_EQ(interface.mtu(), 1400);
}

TEST_F(InterfaceTest, OwnsItsAddressesAndNoOther) {
  const Interface interface = with({prefix("10.0.0.1/24"), prefix("10.1.0.1/16")});
  EXPECT_TRUE(interface.owns(ip("10.1.0.1")));
  EXPECT_FALSE(interface.owns(ip("10.0.0.2")));
}

TEST_F(InterfaceTest, PrefersTheLongestNetworkOnLink) {
  const Interface interface = with({prefix("10.0.0.1/8"), prefix("10.1.0.1/16")});
  EXPECT_EQ(interface.on_link(ip("10.1.2.3"))->address, ip("10.1.0.1"));
  EXPECT_EQ(interface.on_link(ip("10.2.2.3"))->address, ip("10.0.0.1"));
  EXPECT_EQ(interface.on_link(ip("11.0.0.1")), nullptr);
}

TEST_F(InterfaceTest, KnowsItsBroadcastAddresses) {
  const Interface interface = with({prefix("10.0.0.1/24")});
  EXPECT_TRUE(interface.is_broadcast(ip("10.0.0.255")));
  EXPECT_TRUE(interface.is_broadcast(ip("10.0.0.0")));
  EXPECT_TRUE(interface.is_broadcast(ip("255.255.255.255")));
  EXPECT_FALSE(interface.is_broadcast(ip("10.0.0.254")));
  EXPECT_FALSE(interface.is_broadcast(ip("10.0.1.255")));
}

TEST_F(InterfaceTest, HasNoBroadcastOnPointToPointNetworks) {
  const Interface interface = with({prefix("10.0.0.0/31"), prefix("10.0.1.1/32")});
  EXPECT_FALSE(interface.is_broadcast(ip("10.0.0.0")));
  EXPECT_FALSE(interface.is_broadcast(ip("10.0.0.1")));
  EXPECT_FALSE(interface.is_broadcast(ip("10.0.1.1")));
}

}  // namespace
}  // namespace penstock::net
