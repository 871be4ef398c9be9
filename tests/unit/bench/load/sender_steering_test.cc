// SPDX-License-Identifier: Apache-2.0
#include "bench/load/sender_steering.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace penstock::load {
namespace {

// Addresses and ports as they lie in a frame.
std::array<uint8_t, 12> input(uint32_t source, uint32_t destination, uint16_t source_port,
                              uint16_t destination_port) {
  std::array<uint8_t, 12> bytes{};
  for (int i = 0; i < 4; ++i) {
    bytes[static_cast<size_t>(i)] = static_cast<uint8_t>(source >> (24 - 8 * i));
    bytes[static_cast<size_t>(4 + i)] = static_cast<uint8_t>(destination >> (24 - 8 * i));
  }
  bytes[8] = static_cast<uint8_t>(source_port >> 8);
  bytes[9] = static_cast<uint8_t>(source_port);
  bytes[10] = static_cast<uint8_t>(destination_port >> 8);
  bytes[11] = static_cast<uint8_t>(destination_port);
  return bytes;
}

// Microsoft, "Verifying the RSS hash calculation": the five vectors with ports.
TEST(SenderSteering, HashesAsMicrosoftsVectorsSay) {
  EXPECT_EQ(SenderSteering::toeplitz(input(0x420995bb, 0xa18e6450, 2794, 1766)), 0x51ccc178u);
  EXPECT_EQ(SenderSteering::toeplitz(input(0xc75c6f02, 0x41458c53, 14230, 4739)), 0xc626b0eau);
  EXPECT_EQ(SenderSteering::toeplitz(input(0x1813c65f, 0x0c16cfb8, 12898, 38024)), 0x5c2b394au);
  EXPECT_EQ(SenderSteering::toeplitz(input(0x261bcd1e, 0xd18ea306, 48228, 2217)), 0xafc7327fu);
  EXPECT_EQ(SenderSteering::toeplitz(input(0x9927a3bf, 0xcabc7f02, 44251, 1303)), 0x10e828a2u);
}

TEST(SenderSteering, SendsAFlowToOneQueueAndManyFlowsToAll) {
  const SenderSteering steering(4);
  std::set<uint16_t> queues;
  for (uint16_t port = 1024; port < 1124; ++port) {
    const HeaderTemplate header({.own_mac = {},
                                 .peer_mac = {},
                                 .own = 0x0a000001,
                                 .peer = 0x0a000002,
                                 .own_port = port,
                                 .peer_port = 80});
    std::array<uint8_t, kHeaderBytes> frame{};
    header.write({}, frame.data());
    const uint16_t queue = steering.queue_of(frame);
    EXPECT_EQ(steering.queue_of(frame), queue);
    EXPECT_LT(queue, 4);
    queues.insert(queue);
  }
  EXPECT_EQ(queues.size(), 4u);
}

TEST(SenderSteering, SendsWhatIsNotTcpToTheFirstQueue) {
  std::array<uint8_t, kArpFrameBytes> frame{};
  write_arp({}, {}, {}, frame.data());
  EXPECT_EQ(SenderSteering(4).queue_of(frame), 0);
}

}  // namespace
}  // namespace penstock::load
