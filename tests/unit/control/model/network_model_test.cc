// SPDX-License-Identifier: Apache-2.0
#include "control/model/network_model.h"

#include <gtest/gtest.h>

#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

TEST(NetworkModel, NumbersInterfacesPortByPortUntaggedFirst) {
  std::vector<Port> ports = small_configuration().ports;
  ports[0].addresses.clear();
  ports[0].vlans.resize(2);
  ports[0].vlans[0].tag = 200;
  ports[0].vlans[1].tag = 100;
  ports[1].vlans.resize(1);
  ports[1].vlans[0].tag = 100;
  std::vector<std::pair<size_t, uint16_t>> places;
  for (const InterfaceOfPort& one : interfaces_of(ports)) {
    places.emplace_back(one.port_index, one.vlan);
  }
  EXPECT_EQ(places,
            (std::vector<std::pair<size_t, uint16_t>>{{0, 200}, {0, 100}, {1, 0}, {1, 100}}));
}

TEST(NetworkModel, KnowsWhichPortsHaveIpv6) {
  Port port = small_configuration().ports[0];
  EXPECT_FALSE(has_ipv6(port));
  port.vlans.resize(1);
  port.vlans[0].addresses = {prefix("2001:db8::1/64")};
  EXPECT_TRUE(has_ipv6(port));
}

}  // namespace
}  // namespace penstock::model
