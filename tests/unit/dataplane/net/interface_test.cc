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

TEST_F(InterfaceTest, HasALinkLocalAddressWhenItHasAnIpv6One) {
  const Interface v6 = with({prefix("2001:db8::1/64")});
  EXPECT_TRUE(v6.owns(ip("fe80::ff:fe00:1"))) << "the EUI-64 of 02:00:00:00:00:01";
  EXPECT_EQ(with({prefix("10.0.0.1/24")}).addresses().size(), 1u);
}

TEST_F(InterfaceTest, KeepsTheLinkLocalAddressThatIsConfigured) {
  const Interface interface = with({prefix("2001:db8::1/64"), prefix("fe80::1/64")});
  EXPECT_EQ(interface.addresses().size(), 2u);
  EXPECT_TRUE(interface.owns(ip("fe80::1")));
}

TEST_F(InterfaceTest, TellsItsGlobalAddressesFromTheLinkLocalOne) {
  const Interface interface = with({prefix("fe80::1/64"), prefix("2001:db8::1/64")});
  EXPECT_EQ(interface.global(base::IpFamily::V6)->address, ip("2001:db8::1"));
  EXPECT_EQ(interface.global(base::IpFamily::V4), nullptr);
}

TEST_F(InterfaceTest, KnowsNoBroadcastInIpv6) {
  const Interface interface = with({prefix("2001:db8::1/64")});
  EXPECT_FALSE(interface.is_broadcast(ip("2001:db8::ffff:ffff:ffff:ffff")));
}

TEST_F(InterfaceTest, ListensToTheGroupsOfItsAddresses) {
  const Interface interface = with({prefix("2001:db8::aa:bbcc/64"), prefix("10.0.0.1/24")});
  EXPECT_TRUE(interface.has_joined(ip("ff02::1")));
  EXPECT_TRUE(interface.has_joined(ip("ff02::1:ffaa:bbcc")));
  EXPECT_TRUE(interface.has_joined(ip("ff02::1:ff00:1"))) << "of the link-local address";
  EXPECT_FALSE(interface.has_joined(ip("ff02::1:ff00:2")));
  EXPECT_FALSE(with({prefix("10.0.0.1/24")}).has_joined(ip("ff02::1")));
}

TEST_F(InterfaceTest, TagsWhatItStagesWhenItIsAVlan) {
  const Interface interface({.queue = &queue_, .vlan = 100});
  nic::Packet packet = pool_.allocate_packet();
  packet.append(46);
  interface.stage(std::move(packet), testing::mac(2), wire::EtherType::Ipv4);
  queue_.flush();
  const testing::Frame frame = port_.take_sent();
  EXPECT_EQ(wire::parse_ethernet(frame)->vlan, 100);
  EXPECT_EQ(frame.size(), 64u);
}

}  // namespace
}  // namespace penstock::net
