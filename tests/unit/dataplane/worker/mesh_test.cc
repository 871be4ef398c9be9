// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/mesh.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "tests/support/eal_environment.h"

namespace penstock::worker {
namespace {

nic::Packet numbered(uint32_t number, nic::PacketPool& pool) {
  nic::Packet packet = pool.allocate_packet();
  std::memcpy(packet.append(sizeof number).data(), &number, sizeof number);
  return packet;
}

uint32_t number_of(const nic::Packet& packet) {
  uint32_t number = 0;
  std::memcpy(&number, packet.first().data(), sizeof number);
  return number;
}

TEST(Mesh, BringsFramesOfOnePairInOrder) {
  nic::PacketPool pool = testing::make_test_pool();
  Mesh mesh(3);
  for (uint32_t i = 0; i < 5; ++i) {
    MeshFrame message{numbered(i, pool), static_cast<uint8_t>(i)};
    ASSERT_TRUE(mesh.post(0, 2, message));
    EXPECT_FALSE(message.frame);
  }
  EXPECT_FALSE(mesh.take(0, 1).has_value());
  for (uint32_t i = 0; i < 5; ++i) {
    const auto taken = mesh.take(0, 2);
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(number_of(taken->frame), i);
    EXPECT_EQ(taken->port_index, i);
  }
  EXPECT_FALSE(mesh.take(0, 2).has_value());
}

TEST(Mesh, LeavesAFrameWithItsOwnerWhenTheRingIsFull) {
  nic::PacketPool pool = testing::make_test_pool();
  Mesh mesh(2);
  uint32_t posted = 0;
  MeshFrame message{numbered(0, pool), 0};
  while (mesh.post(0, 1, message)) message.frame = numbered(++posted, pool);
  EXPECT_EQ(posted, base::kMeshFramesMax - 1);
  ASSERT_TRUE(message.frame);
  EXPECT_EQ(number_of(message.frame), posted);
}

TEST(Mesh, FreesWhatNobodyHasTaken) {
  nic::PacketPool pool = testing::make_test_pool();
  {
    Mesh mesh(2);
    MeshFrame message{numbered(1, pool), 0};
    ASSERT_TRUE(mesh.post(1, 0, message));
    EXPECT_EQ(pool.buffers_in_use(), 1u);
  }
  EXPECT_EQ(pool.buffers_in_use(), 0u);
}

TEST(Mesh, KnowsWhenEveryWorkerHasRetired) {
  Mesh mesh(2);
  mesh.retire();
  EXPECT_FALSE(mesh.have_all_retired());
  mesh.retire();
  EXPECT_TRUE(mesh.have_all_retired());
}

// Each of three workers sends to both others while it receives from them. Every buffer travels
// once, so that the pool, which a sanitizer cannot look into, orders nothing.
TEST(Mesh, LosesNothingBetweenThreeThreads) {
  constexpr uint32_t kWorkers = 3;
  constexpr uint32_t kFrames = 2000;
  nic::PacketPool pool =
      testing::make_test_pool({.buffers = kWorkers * kWorkers * kFrames, .references = 1});
  std::vector<std::vector<nic::Packet>> frames(kWorkers * kWorkers);
  for (auto& list : frames) {
    for (uint32_t i = 0; i < kFrames; ++i) list.push_back(numbered(i, pool));
  }
  std::array<std::vector<nic::Packet>, kWorkers> kept;
  Mesh mesh(kWorkers);
  const auto run = [&](uint32_t self) {
    std::array<uint32_t, kWorkers> sent{};
    std::array<uint32_t, kWorkers> received{};
    for (uint32_t done = 0; done < 2 * (kWorkers - 1) * kFrames;) {
      const uint32_t before = done;
      for (uint32_t peer = 0; peer < kWorkers; ++peer) {
        if (peer == self) continue;
        if (sent[peer] < kFrames) {
          MeshFrame message{std::move(frames[self * kWorkers + peer][sent[peer]]), 0};
          if (mesh.post(self, peer, message)) {
            ++sent[peer];
            ++done;
          } else {
            frames[self * kWorkers + peer][sent[peer]] = std::move(message.frame);
          }
        }
        if (auto taken = mesh.take(peer, self)) {
          EXPECT_EQ(number_of(taken->frame), received[peer]++);
          kept[self].push_back(std::move(taken->frame));
          ++done;
        }
      }
      if (done == before) std::this_thread::yield();
    }
  };
  std::vector<std::thread> threads;
  for (uint32_t i = 0; i < kWorkers; ++i) threads.emplace_back(run, i);
  for (std::thread& thread : threads) thread.join();
  for (const auto& each : kept) EXPECT_EQ(each.size(), (kWorkers - 1) * kFrames);
}

}  // namespace
}  // namespace penstock::worker
