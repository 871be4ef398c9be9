// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/port_queue.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"
#include "tests/support/simulated_port.h"

namespace penstock::nic {
namespace {

class PortQueueTest : public ::testing::Test {
 protected:
  Packet numbered(uint8_t number) {
    return testing::to_packet(std::array<uint8_t, 2>{number, 0}, pool_);
  }
  uint64_t refused() const { return queue_.counters().drops.read(wire::DropReason::TxRefused); }

  PacketPool pool_ = testing::make_test_pool();
  testing::SimulatedPort port_{{}, pool_};
  PortQueue queue_{port_, 0};
};

TEST_F(PortQueueTest, KeepsFramesUntilTheFlush) {
  queue_.stage(numbered(1));
  EXPECT_EQ(port_.sent_count(), 0u);
  queue_.flush();
  EXPECT_EQ(port_.sent_count(), 1u);
  EXPECT_EQ(queue_.staged(), 0u);
}

TEST_F(PortQueueTest, SendsInTheOrderOfStaging) {
  for (uint8_t i = 0; i < 200; ++i) queue_.stage(numbered(i));
  queue_.flush();
  ASSERT_EQ(port_.sent_count(), 200u);
  for (uint8_t i = 0; i < 200; ++i) EXPECT_EQ(port_.take_sent()[0], i);
}

TEST_F(PortQueueTest, CountsPacketsAndBytes) {
  queue_.stage(numbered(1));
  queue_.stage(numbered(2));
  queue_.flush();
  EXPECT_EQ(queue_.counters().packets_sent.read(), 2u);
  EXPECT_EQ(queue_.counters().bytes_sent.read(), 4u);
  port_.deliver({1, 2, 3});
  std::array<Packet, 4> burst;
  EXPECT_EQ(queue_.receive(burst), 1u);
  EXPECT_EQ(queue_.counters().packets_received.read(), 1u);
  EXPECT_EQ(queue_.counters().bytes_received.read(), 3u);
}

TEST_F(PortQueueTest, KeepsWhatABusyPortDidNotTake) {
  port_.limit_transmission(1);
  for (uint8_t i = 0; i < 3; ++i) queue_.stage(numbered(i));
  queue_.flush();
  EXPECT_EQ(queue_.staged(), 2u);
  port_.limit_transmission(8);
  queue_.flush();
  EXPECT_EQ(port_.sent_count(), 3u);
  EXPECT_EQ(refused(), 0u);
}

TEST_F(PortQueueTest, DropsTheHeadThatIsRefusedInTwoFlushesWhereADriverMayStopForEver) {
  testing::SimulatedPort tap({.features = {.stops_at_bad_frame = true}}, pool_);
  PortQueue queue(tap, 0);
  tap.limit_transmission(0);
  queue.stage(numbered(1));
  queue.stage(numbered(2));
  queue.flush();
  EXPECT_EQ(queue.staged(), 2u);
  queue.flush();
  EXPECT_EQ(queue.staged(), 1u);
  EXPECT_EQ(queue.counters().drops.read(wire::DropReason::TxRefused), 1u);
  tap.limit_transmission(8);
  queue.flush();
  EXPECT_EQ(tap.take_sent()[0], 2);
}

TEST_F(PortQueueTest, WaitsForAnyOtherPortHoweverLongItTakesNothing) {
  port_.limit_transmission(0);
  queue_.stage(numbered(1));
  for (int i = 0; i < 10'000; ++i) queue_.flush();
  EXPECT_EQ(queue_.staged(), 1u);
  EXPECT_EQ(refused(), 0u);
}

TEST_F(PortQueueTest, NeverKeepsMoreThanItsStage) {
  port_.limit_transmission(0);
  for (int i = 0; i < 1500; ++i) queue_.stage(numbered(0));
  EXPECT_EQ(queue_.staged(), base::kStagedPacketsMax);
  EXPECT_EQ(refused() + queue_.staged(), 1500u);
  EXPECT_EQ(pool_.buffers_in_use(), queue_.staged());
}

TEST_F(PortQueueTest, KeepsTheOrderWhileItsRingGoesRound) {
  uint32_t next = 0;
  uint32_t expected = 0;
  for (int round = 0; round < 50; ++round) {
    port_.limit_transmission(0);
    for (int i = 0; i < 100; ++i) queue_.stage(numbered(static_cast<uint8_t>(next++)));
    port_.limit_transmission(UINT32_MAX);
    queue_.flush();
    while (port_.sent_count() > 0) {
      ASSERT_EQ(port_.take_sent()[0], static_cast<uint8_t>(expected++));
    }
  }
  EXPECT_EQ(expected, next);
}

TEST_F(PortQueueTest, HasNoRoomForNewDataWhileThePortIsBehind) {
  port_.limit_transmission(0);
  for (uint32_t i = 0; i < base::kStagedPacketsForData; ++i) {
    EXPECT_TRUE(queue_.has_room_for_data());
    queue_.stage(numbered(0));
  }
  EXPECT_FALSE(queue_.has_room_for_data());
  port_.limit_transmission(UINT32_MAX);
  queue_.flush();
  EXPECT_TRUE(queue_.has_room_for_data());
}

}  // namespace
}  // namespace penstock::nic
