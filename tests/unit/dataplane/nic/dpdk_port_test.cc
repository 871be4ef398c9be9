// SPDX-License-Identifier: Apache-2.0
//
// DpdkPort over DPDK's null device, which needs no rights: it swallows what is sent and receives
// empty frames without end. What a real wire does is for the system tests.
#include "dataplane/nic/dpdk_port.h"

#include <gtest/gtest.h>
#include <rte_dev.h>
#include <rte_ethdev.h>

#include <array>

#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"
#include "tests/support/rss_key.h"

namespace penstock::nic {
namespace {

class DpdkPortTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(rte_dev_probe("net_null0,size=64"), 0); }
  void TearDown() override {
    // A port that was opened has taken its device along when it was closed.
    rte_eal_hotplug_remove("vdev", "net_null0");
  }
  base::Result<std::unique_ptr<DpdkPort>, std::string> open(size_t queues) {
    pools_.assign(queues, &pool_);
    return DpdkPort::open({.device = "net_null0,size=64",
                           .pools = pools_,
                           .steering_key = testing::kVerificationKey});
  }

  PacketPool pool_ = testing::make_test_pool({.buffers = 4095, .references = 1});
  std::vector<PacketPool*> pools_;
};

TEST_F(DpdkPortTest, SaysWhichPortsExistWhenTheNamedOneDoesNot) {
  pools_.assign(1, &pool_);
  const auto port = DpdkPort::open({.device = "net_nope0", .pools = pools_});
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error(), "port net_nope0 does not exist; the ports that exist are: net_null0");
}

TEST_F(DpdkPortTest, ReceivesAndTransmitsBursts) {
  const auto port = open(1);
  ASSERT_TRUE(port) << port.error();
  std::array<Packet, base::kBurstPackets> burst;
  const uint32_t received = (*port)->receive(0, burst);
  ASSERT_GT(received, 0u);
  EXPECT_EQ(burst[0].size(), 64u);
  EXPECT_EQ((*port)->transmit(0, std::span(burst).first(received)), received);
  EXPECT_FALSE(burst[0]);
}

TEST_F(DpdkPortTest, OpensToGroupsOrSaysThatItCannot) {
  pools_.assign(1, &pool_);
  const auto port =
      DpdkPort::open({.device = "net_null0,size=64", .pools = pools_, .multicast = true});
  // Whether net_null knows of groups differs between releases of DPDK.
  if (!port) {
    EXPECT_NE(port.error().find("multicast, which IPv6 needs"), std::string::npos);
  }
}

TEST_F(DpdkPortTest, GivesEveryBufferBack) {
  {
    const auto port = open(1);
    ASSERT_TRUE(port);
    std::array<Packet, base::kBurstPackets> burst;
    (*port)->receive(0, burst);
  }
  EXPECT_EQ(pool_.buffers_in_use(), 0u);
}

TEST_F(DpdkPortTest, SteersByTheKeyAndTableThatItReadsBackFromTheDevice) {
  const auto port = open(2);
  ASSERT_TRUE(port) << port.error();
  const Steering& steering = (*port)->steering();
  EXPECT_EQ(steering.by(testing::ip("10.0.0.1")), SteeredBy::Nic);
  std::array<uint8_t, kRssKeyBytes> key{};
  rte_eth_rss_conf conf{.rss_key = key.data(), .rss_key_len = key.size(), .rss_hf = 0};
  uint16_t id = 0;
  ASSERT_EQ(rte_eth_dev_get_port_by_name("net_null0", &id), 0);
  ASSERT_EQ(rte_eth_dev_rss_hash_conf_get(id, &conf), 0);
  // The null device's table sends everything to its first queue unless told otherwise.
  const Steering expected({.v4 = SteeredBy::Nic}, key, std::vector<uint16_t>(128, 0));
  for (uint16_t remote = 1000; remote < 1100; ++remote) {
    const base::Endpoint from = testing::endpoint("10.0.0.9", remote);
    const base::Endpoint to = testing::endpoint("10.0.0.1", 80);
    EXPECT_EQ(steering.worker_of(from, to), expected.worker_of(from, to));
  }
}

TEST_F(DpdkPortTest, RefusesMoreQueuesThanTheDeviceHas) {
  const auto port = open(2000);
  ASSERT_FALSE(port);
  EXPECT_NE(port.error().find("2000 workers need one each"), std::string::npos);
}

}  // namespace
}  // namespace penstock::nic
