// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/device.h"

#include <gtest/gtest.h>

namespace penstock::daemon {
namespace {

TEST(Device, KnowsATapAndItsInterface) {
  const Device device = parse_device("net_tap0,iface=ps-client");
  EXPECT_EQ(device.kind, Device::Kind::Tap);
  EXPECT_EQ(device.interface, "ps-client");
  EXPECT_TRUE(needs_network_rights(device));
}

TEST(Device, FindsTheInterfaceBehindOtherArguments) {
  const Device device = parse_device("net_af_packet1,qpairs=1,iface=eth1,blocksz=4096");
  EXPECT_EQ(device.kind, Device::Kind::AfPacket);
  EXPECT_EQ(device.interface, "eth1");
  EXPECT_EQ(parse_device("net_af_xdp0,iface=ens3").kind, Device::Kind::AfXdp);
  EXPECT_EQ(parse_device("net_af_packet1,ifaces=eth1").interface, "");
}

TEST(Device, KnowsAPciAddressWithAndWithoutDomain) {
  EXPECT_EQ(parse_device("0000:3b:00.0").kind, Device::Kind::Pci);
  EXPECT_EQ(parse_device("0000:3b:00.0").address, "0000:3b:00.0");
  EXPECT_EQ(parse_device("3b:00.1").address, "0000:3b:00.1");
  EXPECT_EQ(parse_device("0000:af:00.0,representor=[0]").address, "0000:af:00.0");
}

TEST(Device, LeavesWhatItDoesNotKnowToDpdk) {
  for (const char* text : {"net_ring0", "", "0000:3g:00.0", "0000-3b-00.0", "3b:00:0"}) {
    const Device device = parse_device(text);
    EXPECT_EQ(device.kind, Device::Kind::Other) << text;
    EXPECT_FALSE(needs_network_rights(device)) << text;
  }
}

}  // namespace
}  // namespace penstock::daemon
