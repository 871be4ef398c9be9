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

}  // namespace
}  // namespace penstock::net
