// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

Vlan vlan(uint16_t tag, const char* address_and_length) {
  Vlan one;
  one.tag = tag;
  one.addresses = {prefix(address_and_length)};
  return one;
}

TEST(ValidatePorts, AcceptsAPortOfVlansOnly) {
  Configuration c = small_configuration();
  c.ports[0].addresses.clear();
  c.ports[0].vlans = {vlan(100, "10.1.0.1/24"), vlan(200, "10.3.0.1/24")};
  EXPECT_EQ(problems_of(c), std::vector<std::string>{});
}

TEST(ValidatePorts, RefusesATagTwiceAndOneThatIsNone) {
  Configuration c = small_configuration();
  c.ports[0].vlans = {vlan(100, "10.3.0.1/24"), vlan(100, "10.4.0.1/24"),
                      vlan(4095, "10.5.0.1/24")};
  EXPECT_FALSE(blames(c, "ports[0].vlans[0].tag"));
  EXPECT_TRUE(blames(c, "ports[0].vlans[1].tag"));
  EXPECT_TRUE(blames(c, "ports[0].vlans[2].tag"));
}

TEST(ValidatePorts, WantsOneLinkForEachNetwork) {
  Configuration c = small_configuration();
  c.ports[0].vlans = {vlan(100, "10.1.0.9/16")};
  EXPECT_TRUE(blames(c, "ports[0].vlans[0].addresses[0]"));
}

TEST(ValidatePorts, LetsEveryLinkHaveTheLinkLocalNetwork) {
  Configuration c = small_configuration();
  c.ports[0].addresses.push_back(prefix("fe80::1/64"));
  c.ports[1].addresses.push_back(prefix("fe80::2/64"));
  EXPECT_EQ(problems_of(c), std::vector<std::string>{});
}

TEST(ValidatePorts, WantsAGatewayOnItsOwnLink) {
  Configuration c = small_configuration();
  c.ports[0].vlans = {vlan(100, "10.3.0.1/24")};
  c.ports[0].vlans[0].gateway = address("10.1.0.254");
  EXPECT_TRUE(blames(c, "ports[0].vlans[0].gateway"));
  c.ports[0].vlans[0].gateway = address("10.3.0.254");
  EXPECT_EQ(problems_of(c), std::vector<std::string>{});
}

TEST(ValidatePorts, WantsAGatewayOfTheRightFamily) {
  Configuration c = small_configuration();
  c.ports[0].addresses.push_back(prefix("2001:db8::1/64"));
  c.ports[0].gateway = address("2001:db8::fe");
  EXPECT_TRUE(blames(c, "ports[0].gateway"));
  c.ports[0].gateway.reset();
  c.ports[0].gateway_ipv6 = address("2001:db8::fe");
  EXPECT_EQ(problems_of(c), std::vector<std::string>{});
}

TEST(ValidatePorts, WantsTheMtuThatIpv6Promises) {
  Configuration c = small_configuration();
  c.ports[0].mtu = 1279;
  EXPECT_FALSE(blames(c, "ports[0].mtu"));
  c.ports[0].addresses.push_back(prefix("2001:db8::1/64"));
  EXPECT_TRUE(blames(c, "ports[0].mtu"));
  c.ports[0].mtu = 1280;
  EXPECT_FALSE(blames(c, "ports[0].mtu"));
}

TEST(ValidatePorts, BoundsTheNumberOfInterfaces) {
  Configuration c = small_configuration();
  for (uint16_t tag = 1; tag < base::kInterfacesMax; ++tag) {
    Vlan one;
    one.tag = tag;
    one.addresses = {{base::IpAddress::from_v4(0x0b000001u + 256u * tag), 24}};
    c.ports[0].vlans.push_back(one);
  }
  EXPECT_TRUE(blames(c, "ports"));
  c.ports[0].vlans.pop_back();
  EXPECT_FALSE(blames(c, "ports"));
}

}  // namespace
}  // namespace penstock::model
