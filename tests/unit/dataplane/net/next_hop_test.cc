// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/next_hop.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"
#include "tests/support/simulated_port.h"

namespace penstock::net {
namespace {

using testing::ip;
using testing::prefix;

// Two arms: 10.0.0.1/24 towards clients, 10.1.0.1/24 towards backends.
class NextHopTest : public ::testing::Test {
 protected:
  Interface arm(nic::PortQueue& queue, const base::IpPrefix& address) {
    return Interface({.queue = &queue, .addresses = std::span(&address, 1)});
  }

  nic::PacketPool pool_ = testing::make_test_pool();
  testing::SimulatedPort port_{{}, pool_};
  nic::PortQueue front_{port_, 0};
  nic::PortQueue back_{port_, 1};
  std::array<Interface, 2> interfaces_{arm(front_, prefix("10.0.0.1/24")),
                                       arm(back_, prefix("10.1.0.1/24"))};
  RouteTable routes_{interfaces_};
};

TEST_F(NextHopTest, ReachesANeighborDirectly) {
  const auto hop = routes_.find(ip("10.1.0.9"));
  ASSERT_TRUE(hop);
  EXPECT_EQ(hop->interface_index, 1);
  EXPECT_EQ(hop->neighbor, ip("10.1.0.9"));
  EXPECT_EQ(hop->source, ip("10.1.0.1"));
}

TEST_F(NextHopTest, HasNoWayWithoutARoute) { EXPECT_FALSE(routes_.find(ip("192.168.0.1"))); }

TEST_F(NextHopTest, TakesTheGatewayForTheRestOfTheWorld) {
  routes_.set_routes(std::vector<Route>{{prefix("0.0.0.0/0"), ip("10.0.0.254")}});
  const auto hop = routes_.find(ip("192.168.0.1"));
  ASSERT_TRUE(hop);
  EXPECT_EQ(hop->interface_index, 0);
  EXPECT_EQ(hop->neighbor, ip("10.0.0.254"));
  EXPECT_EQ(hop->source, ip("10.0.0.1"));
}

TEST_F(NextHopTest, PrefersTheLongestPrefix) {
  routes_.set_routes(std::vector<Route>{{prefix("0.0.0.0/0"), ip("10.0.0.254")},
                                        {prefix("192.168.7.0/24"), ip("10.1.0.253")},
                                        {prefix("192.168.0.0/16"), ip("10.1.0.254")}});
  EXPECT_EQ(routes_.find(ip("192.168.7.1"))->neighbor, ip("10.1.0.253"));
  EXPECT_EQ(routes_.find(ip("192.168.8.1"))->neighbor, ip("10.1.0.254"));
  EXPECT_EQ(routes_.find(ip("1.2.3.4"))->neighbor, ip("10.0.0.254"));
}

TEST_F(NextHopTest, PrefersTheRouteDeclaredFirstAmongEquals) {
  routes_.set_routes(std::vector<Route>{{prefix("0.0.0.0/0"), ip("10.0.0.254")},
                                        {prefix("0.0.0.0/0"), ip("10.1.0.254")}});
  EXPECT_EQ(routes_.find(ip("1.2.3.4"))->neighbor, ip("10.0.0.254"));
}

TEST_F(NextHopTest, LeavesOutARouteWhoseGatewayIsNotOnLink) {
  EXPECT_EQ(routes_.set_routes(std::vector<Route>{{prefix("0.0.0.0/0"), ip("172.16.0.1")},
                                                  {prefix("1.0.0.0/8"), ip("10.0.0.254")}}),
            1u);
  EXPECT_FALSE(routes_.find(ip("9.9.9.9")));
}

TEST_F(NextHopTest, ReplacesAllStaticRoutes) {
  routes_.set_routes(std::vector<Route>{{prefix("0.0.0.0/0"), ip("10.0.0.254")}});
  routes_.set_routes({});
  EXPECT_FALSE(routes_.find(ip("9.9.9.9")));
  EXPECT_TRUE(routes_.find(ip("10.0.0.9")));
}

TEST_F(NextHopTest, NeverSendsToBroadcastGroupOrOwnAddresses) {
  routes_.set_routes(std::vector<Route>{{prefix("0.0.0.0/0"), ip("10.0.0.254")}});
  for (const char* address : {"10.0.0.255", "10.0.0.0", "255.255.255.255", "224.0.0.1", "0.0.0.0",
                              "127.0.0.1", "10.0.0.1"}) {
    EXPECT_FALSE(routes_.find(ip(address))) << address;
  }
}

// Both families on both arms, and the neighbours' link-local addresses.
class Ipv6NextHopTest : public NextHopTest {
 protected:
  Interface dual(nic::PortQueue& queue, const std::vector<base::IpPrefix>& addresses) {
    return Interface({.queue = &queue, .addresses = addresses});
  }
  testing::SimulatedPort other_port_{{.mac = testing::mac(9)}, pool_};
  nic::PortQueue other_{other_port_, 0};
  std::array<Interface, 2> both_{dual(front_, {prefix("10.0.0.1/24"), prefix("2001:db8:0::1/64")}),
                                 dual(other_, {prefix("10.1.0.1/24"), prefix("2001:db8:1::1/64")})};
  RouteTable routes6_{both_};
};

TEST_F(Ipv6NextHopTest, ReachesANeighborOfEitherFamily) {
  EXPECT_EQ(routes6_.find(ip("2001:db8:1::9"))->source, ip("2001:db8:1::1"));
  EXPECT_EQ(routes6_.find(ip("10.1.0.9"))->source, ip("10.1.0.1"));
  EXPECT_FALSE(routes6_.find(ip("2001:db8:2::1")));
}

TEST_F(Ipv6NextHopTest, HasAGatewayForEachFamily) {
  EXPECT_EQ(
      routes6_.set_routes(std::vector<Route>{{prefix("::/0"), ip("2001:db8:1::fe")},
                                             {prefix("0.0.0.0/0"), ip("10.0.0.254")},
                                             {prefix("2001:db8:7::/48"), ip("2001:db8:0::fe")}}),
      3u);
  EXPECT_EQ(routes6_.find(ip("2001:db8:2::1"))->interface_index, 1);
  EXPECT_EQ(routes6_.find(ip("2001:db8:7::1"))->interface_index, 0);
  EXPECT_EQ(routes6_.find(ip("192.168.0.1"))->neighbor, ip("10.0.0.254"));
}

TEST_F(Ipv6NextHopTest, TakesALinkLocalGatewayOnTheInterfaceThatIsNamed) {
  routes6_.set_routes(std::vector<Route>{{prefix("::/0"), ip("fe80::fe"), 1}});
  const auto hop = routes6_.find(ip("2001:db8:2::1"));
  ASSERT_TRUE(hop);
  EXPECT_EQ(hop->interface_index, 1);
  EXPECT_EQ(hop->neighbor, ip("fe80::fe"));
  EXPECT_EQ(hop->source, ip("2001:db8:1::1")) << "the answer must find its way back";
}

TEST_F(Ipv6NextHopTest, KnowsTheLinkOfALinkLocalPeerByOurAddress) {
  EXPECT_EQ(routes6_.find(ip("fe80::5"), ip("fe80::ff:fe00:9"))->interface_index, 1);
  EXPECT_EQ(routes6_.find(ip("fe80::5"), ip("2001:db8:0::1"))->interface_index, 0);
  EXPECT_FALSE(routes6_.find(ip("fe80::5")));
}

TEST_F(Ipv6NextHopTest, NeverSendsToGroupsOrItself) {
  routes6_.set_routes(std::vector<Route>{{prefix("::/0"), ip("2001:db8:1::fe")}});
  for (const char* address : {"ff02::1", "::", "::1", "2001:db8:0::1"}) {
    EXPECT_FALSE(routes6_.find(ip(address))) << address;
  }
}

}  // namespace
}  // namespace penstock::net
