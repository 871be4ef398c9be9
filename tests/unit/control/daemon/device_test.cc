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

TEST(Device, FindsHowManyQueuesAPacketSocketIsGiven) {
  EXPECT_EQ(parse_device("net_af_packet1,iface=eth1").queues, 1u);
  EXPECT_EQ(parse_device("net_af_packet1,iface=eth1,qpairs=4").queues, 4u);
  EXPECT_EQ(parse_device("net_af_packet1,iface=eth1").queues_argument, "qpairs");
  EXPECT_EQ(parse_device("net_tap0,iface=eth1").queues_argument, "");
}

TEST(DevicesFor, AreOneWithManyQueuesOfMostSorts) {
  EXPECT_EQ(devices_for("net_tap0,iface=a", 4), std::vector<std::string>{"net_tap0,iface=a"});
  EXPECT_EQ(devices_for("3b:00.1", 2), std::vector<std::string>{"3b:00.1"});
}

TEST(DevicesFor, AreOneForEachQueueOfXdpSockets) {
  EXPECT_EQ(devices_for("net_af_xdp0,iface=a", 1), std::vector<std::string>{"net_af_xdp0,iface=a"});
  EXPECT_EQ(
      devices_for("net_af_xdp0,iface=a,queue_count=2,force_copy=1,start_queue=4", 2),
      (std::vector<std::string>{"net_af_xdp0_0,iface=a,force_copy=1,start_queue=4,queue_count=1",
                                "net_af_xdp0_1,iface=a,force_copy=1,start_queue=5,queue_count=1"}));
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
