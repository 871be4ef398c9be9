// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/waiting_packets.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/support/eal_environment.h"

namespace penstock::net {
namespace {

using Pushed = WaitingPackets::Pushed;
using Queue = WaitingPackets::Queue;

class WaitingPacketsTest : public ::testing::Test {
 protected:
  Pushed push(Queue& queue, uint32_t bytes) {
    nic::Packet packet = pool_.allocate_packet();
    packet.append(bytes);
    return waiting_->push(queue, std::move(packet));
  }
  nic::PacketPool pool_ = testing::make_test_pool();
  std::unique_ptr<WaitingPackets> waiting_ = std::make_unique<WaitingPackets>();
};

TEST_F(WaitingPacketsTest, ReturnsThePacketsOfEachQueueInOrder) {
  Queue a, b;
  for (uint32_t i = 1; i <= 3; ++i) {
    EXPECT_EQ(push(a, i), Pushed::Yes);
    EXPECT_EQ(push(b, 10 * i), Pushed::Yes);
  }
  for (uint32_t i = 1; i <= 3; ++i) {
    EXPECT_EQ(waiting_->pop(b).size(), 10 * i);
    EXPECT_EQ(waiting_->pop(a).size(), i);
  }
  EXPECT_FALSE(waiting_->pop(a));
  EXPECT_EQ(pool_.buffers_in_use(), 0u);
}

TEST_F(WaitingPacketsTest, BoundsEachQueue) {
  Queue queue;
  for (uint32_t i = 0; i < base::kPacketsPerUnresolvedNeighborMax; ++i) {
    EXPECT_EQ(push(queue, 1), Pushed::Yes);
  }
  EXPECT_EQ(push(queue, 1), Pushed::Full);
}

TEST_F(WaitingPacketsTest, BoundsAllQueuesTogetherAndTakesAgainWhatIsFree) {
  std::vector<Queue> queues(base::kPacketsAwaitingNeighborsMax /
                            base::kPacketsPerUnresolvedNeighborMax);
  for (Queue& queue : queues) {
    for (uint32_t i = 0; i < base::kPacketsPerUnresolvedNeighborMax; ++i) push(queue, 1);
  }
  Queue late;
  EXPECT_EQ(push(late, 7), Pushed::Full);
  waiting_->pop(queues[3]);
  EXPECT_EQ(push(late, 7), Pushed::Yes);
  EXPECT_EQ(waiting_->pop(late).size(), 7u);
}

}  // namespace
}  // namespace penstock::net
