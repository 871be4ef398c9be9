// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/device.h"

#include <gtest/gtest.h>

namespace penstock::daemon {
namespace {

TEST(Device, KnowsATap) {
  EXPECT_EQ(parse_device("net_tap0,iface=ps-client").kind, Device::Kind::Tap);
}

TEST(Device, FindsTheInterfaceBehindOtherArguments) {
  const Device device = parse_device("net_af_packet1,qpairs=1,iface=eth1,blocksz=4096");
  EXPECT_EQ(device.kind, Device::Kind::KernelInterface);
  EXPECT_EQ(device.stands_on, "eth1");
  EXPECT_EQ(parse_device("net_af_xdp0,iface=ens3").stands_on, "ens3");
  EXPECT_EQ(parse_device("net_af_packet1,ifaces=eth1").stands_on, "");
}

TEST(Device, CompletesAPciAddress) {
  EXPECT_EQ(parse_device("3b:00.1").kind, Device::Kind::Pci);
  EXPECT_EQ(parse_device("3b:00.1").stands_on, "0000:3b:00.1");
}

TEST(Device, LeavesWhatItDoesNotKnowToDpdk) {
  EXPECT_EQ(parse_device("net_ring0").kind, Device::Kind::Other);
  EXPECT_EQ(parse_device("").kind, Device::Kind::Other);
}

}  // namespace
}  // namespace penstock::daemon
