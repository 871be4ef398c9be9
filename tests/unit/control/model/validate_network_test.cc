// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

TEST(ValidateNetwork, WantsAPortAndAListener) {
  Configuration c = small_configuration();
  c.ports.clear();
  c.listeners.clear();
  EXPECT_TRUE(blames(c, "ports"));
  EXPECT_TRUE(blames(c, "listeners"));
}

TEST(ValidateNetwork, RefusesMorePortsThanThereCanBe) {
  Configuration c = small_configuration();
  c.ports.resize(base::kPortsMax + 1, c.ports[0]);
  EXPECT_TRUE(blames(c, "ports"));
}

TEST(ValidateNetwork, RefusesTheSamePortNameDeviceOrAddressTwice) {
  Configuration c = small_configuration();
  c.ports[1] = c.ports[0];
  EXPECT_TRUE(blames(c, "ports[1].name"));
  EXPECT_TRUE(blames(c, "ports[1].device"));
  EXPECT_TRUE(blames(c, "ports[1].addresses[0]"));
}

TEST(ValidateNetwork, KnowsADeviceWhateverItsArguments) {
  Configuration c = small_configuration();
  c.ports[1].device = "net_tap0,iface=other";
  EXPECT_TRUE(blames(c, "ports[1].device"));
}

TEST(ValidateNetwork, RefusesOneNetworkOnTwoPorts) {
  Configuration c = small_configuration();
  c.ports[1].addresses.push_back(prefix("10.1.0.2/16"));
  EXPECT_TRUE(blames(c, "ports[1].addresses[1]"));
}

TEST(ValidateNetwork, AcceptsTwoAddressesOfOneNetworkOnOnePort) {
  Configuration c = small_configuration();
  c.ports[0].addresses.push_back(prefix("10.1.0.2/24"));
  EXPECT_TRUE(problems_of(c).empty());
}

TEST(ValidateNetwork, AcceptsAOneArmedSetUp) {
  Configuration c = small_configuration();
  c.ports.pop_back();
  c.pools[0].backends = {backend("10.1.0.11:80")};
  EXPECT_TRUE(problems_of(c).empty());
}

TEST(ValidateNetwork, WantsTheGatewayInANetworkOfItsPort) {
  Configuration c = small_configuration();
  c.ports[0].gateway = address("10.1.0.254");
  EXPECT_TRUE(problems_of(c).empty());
  c.ports[0].gateway = address("10.2.0.254");
  EXPECT_TRUE(blames(c, "ports[0].gateway"));
}

TEST(ValidateNetwork, RefusesToBeItsOwnGateway) {
  Configuration c = small_configuration();
  c.ports[0].gateway = address("10.1.0.1");
  EXPECT_TRUE(blames(c, "ports[0].gateway"));
}

TEST(ValidateNetwork, WantsTheNextHopOfARouteOnItsPort) {
  Configuration c = small_configuration();
  c.routes = {{prefix("10.9.0.0/16"), address("10.2.0.254"), "backend"}};
  EXPECT_TRUE(problems_of(c).empty());
  c.routes[0].port = "client";
  EXPECT_TRUE(blames(c, "routes[0].via"));
  c.routes[0].port = "nowhere";
  EXPECT_TRUE(blames(c, "routes[0].port"));
}

TEST(ValidateNetwork, RefusesToBeItsOwnNextHop) {
  Configuration c = small_configuration();
  c.routes = {{prefix("10.9.0.0/16"), address("10.2.0.1"), "backend"}};
  EXPECT_TRUE(blames(c, "routes[0].via"));
}

TEST(ValidateNetwork, RefusesTwoRoutesToOneNetwork) {
  Configuration c = small_configuration();
  c.routes = {{prefix("10.9.0.0/16"), address("10.2.0.254"), "backend"},
              {prefix("10.9.0.0/16"), address("10.2.0.253"), "backend"}};
  EXPECT_TRUE(blames(c, "routes[1].to"));
}

TEST(ValidateNetwork, RefusesARouteToAHostInANetwork) {
  Configuration c = small_configuration();
  c.routes = {{prefix("10.9.0.1/16"), address("10.2.0.254"), "backend"}};
  EXPECT_TRUE(blames(c, "routes[0].to"));
}

TEST(ValidateNetwork, WantsAListenerOnAnAddressOfAPort) {
  Configuration c = small_configuration();
  c.listeners[0].address = endpoint("10.1.0.9:80");
  EXPECT_TRUE(blames(c, "listeners[0].address"));
}

TEST(ValidateNetwork, RefusesTheSameListenerTwice) {
  Configuration c = small_configuration();
  c.listeners.push_back(c.listeners[0]);
  EXPECT_TRUE(blames(c, "listeners[1].name"));
  EXPECT_TRUE(blames(c, "listeners[1].address"));
}

TEST(ValidateNetwork, AcceptsOneAddressWithTwoTcpPorts) {
  Configuration c = small_configuration();
  c.listeners.push_back({"alt", endpoint("10.1.0.1:8080")});
  EXPECT_TRUE(problems_of(c).empty());
}

}  // namespace
}  // namespace penstock::model
