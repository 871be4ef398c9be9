// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/sizing.h"

#include <gtest/gtest.h>

namespace penstock::worker {
namespace {

TEST(Sizing, SumsEveryConsumerOfBuffers) {
  const BufferSum sum{.receive_rings = 1,
                      .transmit_rings = 20,
                      .bursts = 300,
                      .staged = 7'000'000,
                      .neighbors = 3000,
                      .handed_over = 1000,
                      .small_messages = 50'000,
                      .bulk_transfers = 600'000};
  EXPECT_EQ(sum.total(), 7'654'321u);
}

TEST(Sizing, HoldsBothRingsOfEveryPort) {
  const BufferSum one = buffer_sum({.ports = 1, .connections = 16});
  const BufferSum two = buffer_sum({.ports = 2, .connections = 16});
  EXPECT_EQ(two.receive_rings - one.receive_rings, kReceiveDescriptors);
  EXPECT_EQ(two.transmit_rings - one.transmit_rings, kTransmitDescriptors);
}

TEST(Sizing, LetsAFewConnectionsTransferInBulkHoweverFewThereAre) {
  const BufferSum sum = buffer_sum({.ports = 1, .connections = 16});
  EXPECT_GE(sum.bulk_transfers * 1460, 16 * (base::kReceiveWindowBytes + base::kSendBufferBytes));
}

TEST(Sizing, TakesTheOperatorsNumberOfBuffers) {
  const WorkerSizes sizes = worker_sizes({.ports = 2, .connections = 1000, .packet_buffers = 5000});
  EXPECT_EQ(sizes.pool.buffers, 5000u);
}

TEST(Sizing, GrowsWithConnectionsAndWorkers) {
  const SizingDemand small{.ports = 2, .connections = 10'000};
  const SizingDemand large{.ports = 2, .connections = 1'000'000};
  const SizingDemand two{.workers = 2, .ports = 2, .connections = 10'000};
  EXPECT_LT(packet_megabytes(small), packet_megabytes(large));
  EXPECT_LT(2 * packet_megabytes(small), packet_megabytes(two) + packet_megabytes({}));
  EXPECT_LT(total_megabytes(small), total_megabytes(large));
  EXPECT_LT(total_megabytes(small), total_megabytes(two));
}

TEST(Sizing, HoldsWhatTheMeshAndTheCachesOfOtherWorkersHold) {
  EXPECT_EQ(buffer_sum({.workers = 1}).handed_over, 0u);
  EXPECT_EQ(buffer_sum({.workers = 4}).handed_over,
            3 * (base::kMeshFramesMax + nic::PacketPool::kCacheBuffersMax));
}

TEST(Sizing, TakesBuffersForTheLargestFrame) {
  const WorkerSizes usual = worker_sizes({.ports = 2, .mtu = 1500});
  const WorkerSizes jumbo = worker_sizes({.ports = 2, .mtu = 9000});
  EXPECT_EQ(usual.pool.frame_bytes, nic::PacketPool::kDataBytes);
  EXPECT_EQ(jumbo.pool.frame_bytes, 9018u);
  EXPECT_GT(jumbo.packet_bytes, 2 * usual.packet_bytes);
}

TEST(Sizing, FitsTheDefaultsOfTwoPortsInto656Megabytes) {
  EXPECT_LE(total_megabytes({.ports = 2}), 656u);
}

TEST(Sizing, DoesNotOverflowAtTheLargestLimits) {
  const SizingDemand largest{.ports = base::kPortsMax, .connections = base::kConnectionsMax};
  EXPECT_GT(worker_sizes(largest).packet_bytes, uint64_t{4} << 30);
  EXPECT_GT(worker_sizes(largest).connection_bytes, uint64_t{8} << 30);
}

}  // namespace
}  // namespace penstock::worker
