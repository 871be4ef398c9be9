// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/device_preflight.h"

#include <gtest/gtest.h>

namespace penstock::nic {
namespace {

constexpr HostAbilities kAll{.has_tun_device = true, .has_net_admin = true};

TEST(DevicePreflight, PassesATapWhenNothingIsMissing) {
  EXPECT_FALSE(missing_for("net_tap0,iface=ps0", kAll));
}

TEST(DevicePreflight, NamesTheMissingCapability) {
  const auto missing = missing_for("net_tap0", {.has_tun_device = true, .has_net_admin = false});
  ASSERT_TRUE(missing);
  EXPECT_NE(missing->find("CAP_NET_ADMIN"), std::string::npos);
}

TEST(DevicePreflight, NamesTheMissingTunDevice) {
  const auto missing = missing_for("net_tap0", {.has_tun_device = false, .has_net_admin = true});
  ASSERT_TRUE(missing);
  EXPECT_NE(missing->find("modprobe tun"), std::string::npos);
}

TEST(DevicePreflight, AsksNothingOfOtherDevices) {
  EXPECT_FALSE(missing_for("0000:03:00.0", {}));
  EXPECT_FALSE(missing_for("net_ring0", {}));
}

TEST(DevicePreflight, RefusesWhatDpdkWouldTakeForAnOption) {
  EXPECT_TRUE(missing_for("--help", kAll));
  EXPECT_TRUE(missing_for("", kAll));
}

TEST(DevicePreflight, KnowsPciAddresses) {
  EXPECT_EQ(pci_address("0000:03:00.0"), "0000:03:00.0");
  EXPECT_EQ(pci_address("03:00.1,arg=1"), "0000:03:00.1");
  EXPECT_FALSE(pci_address("net_tap0"));
  EXPECT_FALSE(pci_address("0000-03:00.0"));
}

TEST(DevicePreflight, NamesADeviceWithoutItsArguments) {
  EXPECT_EQ(device_name("net_tap0,iface=ps0"), "net_tap0");
  EXPECT_EQ(device_name("03:00.0"), "0000:03:00.0");
}

}  // namespace
}  // namespace penstock::nic
