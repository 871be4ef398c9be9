// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/send_buffer.h"

#include <gtest/gtest.h>

#include <string>

#include "dataplane/base/limits.h"
#include "dataplane/base/random.h"
#include "tests/support/eal_environment.h"

namespace penstock::tcp {
namespace {

class SendBufferTest : public ::testing::Test {
 protected:
  void SetUp() override { buffer.start(Seq(kFirst)); }
  void write(uint32_t bytes) {
    nic::Slice slice = pool.allocate_slice();
    for (uint32_t i = 0; i < bytes; ++i) {
      slice.room()[i] = static_cast<uint8_t>(written.size() * 31 >> 3);
      written += static_cast<char>(slice.room()[i]);
    }
    slice.commit(bytes);
    buffer.write(std::move(slice));
  }
  // The payload of a segment of [from, from + length), counted from the first byte.
  std::string read(uint32_t from, uint32_t length) {
    nic::Packet packet = pool.allocate_packet();
    packet.append(20);
    EXPECT_EQ(buffer.fill(packet, Seq(kFirst + from), length, pool), SendBuffer::Filled::Yes);
    EXPECT_EQ(packet.size(), 20 + length);
    std::string bytes;
    for (const rte_mbuf* part = packet.buffer(); part != nullptr; part = part->next) {
      bytes.append(rte_pktmbuf_mtod(part, const char*), part->data_len);
    }
    return bytes.substr(20);
  }

  static constexpr uint32_t kFirst = 0xffff'f000;  // wraps on the way
  nic::PacketPool pool = testing::make_test_pool();
  SendBuffer buffer;
  std::string written;
};

TEST_F(SendBufferTest, ReadsAnyPieceAcrossSlices) {
  for (int i = 0; i < 10; ++i) write(700 + 100 * i);
  base::Random random(1);
  for (int i = 0; i < 500; ++i) {
    const auto from = static_cast<uint32_t>(random.below(written.size()));
    const auto length =
        static_cast<uint32_t>(1 + random.below(std::min<size_t>(1460, written.size() - from)));
    ASSERT_EQ(read(from, length), written.substr(from, length)) << from << "+" << length;
  }
}

TEST_F(SendBufferTest, FreesSlicesThatAreWhollyAcknowledged) {
  for (int i = 0; i < 4; ++i) write(1000);
  buffer.acknowledge(Seq(kFirst + 1500));
  EXPECT_EQ(buffer.bytes(), 2500u);
  EXPECT_EQ(buffer.slices(), 3u);
  EXPECT_EQ(read(1500, 1000), written.substr(1500, 1000));
  buffer.acknowledge(Seq(kFirst + 4000));
  EXPECT_EQ(buffer.bytes(), 0u);
  EXPECT_EQ(pool.buffers_in_use(), 0u);
}

TEST_F(SendBufferTest, GoesOnReadingBehindWhatWasWrittenLater) {
  write(1000);
  EXPECT_EQ(read(0, 1000), written);
  write(1000);
  EXPECT_EQ(read(1000, 1000), written.substr(1000));
}

TEST_F(SendBufferTest, CopiesSmallWritesTogether) {
  for (int i = 0; i < 20; ++i) write(50);
  EXPECT_EQ(buffer.slices(), 1u);
  EXPECT_EQ(read(0, 1000), written);
}

TEST_F(SendBufferTest, KeepsAcknowledgedBytesAliveWhileAPacketHoldsThem) {
  write(1000);
  nic::Packet packet = pool.allocate_packet();
  packet.append(20);
  EXPECT_EQ(buffer.fill(packet, Seq(kFirst), 1000, pool), SendBuffer::Filled::Yes);
  buffer.acknowledge(Seq(kFirst + 1000));
  const rte_mbuf* payload = packet.buffer()->next;
  ASSERT_NE(payload, nullptr);
  EXPECT_EQ(std::string(rte_pktmbuf_mtod(payload, const char*), 1000), written);
}

TEST_F(SendBufferTest, SaysWhenThePoolHasNoReferenceLeft) {
  nic::PacketPool small = testing::make_test_pool({.buffers = 15, .references = 1});
  SendBuffer starved;
  starved.start(Seq(0));
  for (int i = 0; i < 3; ++i) {
    nic::Slice slice = small.allocate_slice();
    slice.commit(600);
    starved.write(std::move(slice));
  }
  nic::Packet packet = small.allocate_packet();
  packet.append(20);
  EXPECT_EQ(starved.fill(packet, Seq(0), 1400, small), SendBuffer::Filled::PoolEmpty);
  starved.discard();
}

}  // namespace
}  // namespace penstock::tcp
