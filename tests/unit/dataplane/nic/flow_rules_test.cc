// SPDX-License-Identifier: Apache-2.0
//
// No software device takes rules, so that only the refusal can be seen without a NIC; what the
// rules mean is steering_test's.
#include "dataplane/nic/flow_rules.h"

#include <gtest/gtest.h>
#include <rte_dev.h>
#include <rte_ethdev.h>

namespace penstock::nic {
namespace {

TEST(FlowRules, AreNotThereOnADeviceThatTakesNone) {
  ASSERT_EQ(rte_dev_probe("net_null1"), 0);
  uint16_t id = 0;
  ASSERT_EQ(rte_eth_dev_get_port_by_name("net_null1", &id), 0);
  EXPECT_EQ(install_port_rules(id, 2), std::nullopt);
  rte_eal_hotplug_remove("vdev", "net_null1");
}

}  // namespace
}  // namespace penstock::nic
