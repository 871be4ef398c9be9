// SPDX-License-Identifier: Apache-2.0
#include "control/model/reachability.h"

#include <gtest/gtest.h>

#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

TEST(Reachability, KnowsItsOwnAddresses) {
  EXPECT_TRUE(is_own_address(small_configuration(), address("10.1.0.1")));
  EXPECT_FALSE(is_own_address(small_configuration(), address("10.1.0.2")));
}

TEST(Reachability, KnowsTheNetworksOfItsPortsAndVlans) {
  Configuration c = small_configuration();
  EXPECT_TRUE(is_connected(c, address("10.2.0.99")));
  EXPECT_FALSE(is_connected(c, address("10.3.0.99")));
  c.ports[0].vlans.resize(1);
  c.ports[0].vlans[0].tag = 100;
  c.ports[0].vlans[0].addresses = {prefix("10.3.0.1/24")};
  EXPECT_TRUE(is_connected(c, address("10.3.0.99")));
  EXPECT_TRUE(is_own_address(c, address("10.3.0.1")));
  EXPECT_EQ(find_interface(c.ports[0], 100), &c.ports[0].vlans[0]);
  EXPECT_EQ(find_interface(c.ports[0], 101), nullptr);
}

TEST(Reachability, GoesThroughARouteToItsNetworkOnly) {
  Configuration c = small_configuration();
  c.routes = {{prefix("10.9.0.0/16"), address("10.2.0.254"), "backend"}};
  EXPECT_TRUE(is_reachable(c, address("10.9.1.1")));
  EXPECT_FALSE(is_reachable(c, address("10.8.1.1")));
}

TEST(Reachability, GoesAnywhereThroughAGateway) {
  Configuration c = small_configuration();
  c.ports[0].gateway = address("10.1.0.254");
  EXPECT_TRUE(is_reachable(c, address("192.0.2.1")));
  EXPECT_FALSE(is_reachable(c, address("2001:db8::1"))) << "not through one of the other family";
  c.ports[0].gateway_ipv6 = address("fe80::fe");
  EXPECT_TRUE(is_reachable(c, address("2001:db8::1")));
}

TEST(Reachability, FindsLinkLocalNeighborsWhereThereIsIpv6) {
  Configuration c = small_configuration();
  EXPECT_FALSE(is_on_link(c.ports[0], address("fe80::fe")));
  c.ports[0].addresses.push_back(prefix("2001:db8::1/64"));
  EXPECT_TRUE(is_on_link(c.ports[0], address("fe80::fe")));
  EXPECT_TRUE(is_on_link(c.ports[0], address("2001:db8::2")));
  EXPECT_FALSE(is_on_link(c.ports[0], address("2001:db8:1::2")));
}

TEST(Reachability, RefusesALinkLocalBackend) {
  Configuration c = small_configuration();
  c.ports[0].gateway_ipv6 = address("fe80::fe");
  EXPECT_TRUE(backend_address_problem(c, endpoint("[fe80::9]:80")));
  EXPECT_FALSE(backend_address_problem(c, endpoint("[2001:db8::9]:80")));
}

TEST(Reachability, AcceptsOnlyAddressesOfOneHost) {
  EXPECT_FALSE(host_address_problem(address("10.0.0.1")));
  for (const char* text :
       {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "ff02::1"}) {
    EXPECT_TRUE(host_address_problem(address(text))) << text;
  }
}

TEST(Reachability, KnowsNetworkAndBroadcastAddresses) {
  EXPECT_TRUE(host_in_prefix_problem(address("10.0.0.0"), prefix("10.0.0.0/24")));
  EXPECT_TRUE(host_in_prefix_problem(address("10.0.0.255"), prefix("10.0.0.0/24")));
  EXPECT_FALSE(host_in_prefix_problem(address("10.0.0.128"), prefix("10.0.0.0/24")));
}

TEST(Reachability, KnowsTheAnycastAddressOfAnIpv6Network) {
  EXPECT_TRUE(host_in_prefix_problem(address("2001:db8::"), prefix("2001:db8::/64")));
  EXPECT_FALSE(
      host_in_prefix_problem(address("2001:db8::ffff:ffff:ffff:ffff"), prefix("2001:db8::/64")));
  EXPECT_FALSE(host_in_prefix_problem(address("2001:db8::"), prefix("2001:db8::/127")));
}

TEST(Reachability, AcceptsBothAddressesOfAPointToPointNetwork) {
  EXPECT_FALSE(host_in_prefix_problem(address("10.0.0.0"), prefix("10.0.0.0/31")));
  EXPECT_FALSE(host_in_prefix_problem(address("10.0.0.1"), prefix("10.0.0.0/31")));
  EXPECT_FALSE(host_in_prefix_problem(address("10.0.0.1"), prefix("10.0.0.1/32")));
}

TEST(Reachability, NamesTheNetworkOfAPrefix) {
  EXPECT_EQ(network_of(prefix("10.1.2.3/16")), prefix("10.1.0.0/16"));
  EXPECT_EQ(network_of(prefix("10.1.2.3/32")), prefix("10.1.2.3/32"));
  EXPECT_EQ(network_of(prefix("10.1.2.3/0")), prefix("0.0.0.0/0"));
  EXPECT_EQ(network_of(prefix("2001:db8:1:2:3::4/48")), prefix("2001:db8:1::/48"));
  EXPECT_EQ(network_of(prefix("2001:db8::ff/124")), prefix("2001:db8::f0/124"));
  EXPECT_EQ(network_of(prefix("2001:db8::/0")), prefix("::/0"));
}

TEST(Reachability, RefusesABackendThatIsPenstockItself) {
  const auto problem = backend_address_problem(small_configuration(), endpoint("10.2.0.1:80"));
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find("Penstock itself"), std::string::npos);
}

TEST(Reachability, DoesNotBlameABackendForUnreadablePorts) {
  Configuration c = small_configuration();
  c.ports[1].addresses = {base::IpPrefix{}};
  EXPECT_FALSE(backend_address_problem(c, endpoint("10.2.0.11:80")));
}

}  // namespace
}  // namespace penstock::model
