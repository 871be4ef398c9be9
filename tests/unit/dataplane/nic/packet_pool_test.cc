// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/packet_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "dataplane/base/limits.h"
#include "dataplane/nic/packet.h"
#include "dataplane/nic/slice.h"
#include "tests/support/eal_environment.h"

namespace penstock::nic {
namespace {

Slice slice_of(PacketPool& pool, std::string_view text) {
  Slice slice = pool.allocate_slice();
  std::copy(text.begin(), text.end(), slice.room().begin());
  slice.commit(static_cast<uint32_t>(text.size()));
  return slice;
}

TEST(PacketPool, GivesEmptyPacketsWithHeadroom) {
  PacketPool pool = testing::make_test_pool();
  Packet packet = pool.allocate_packet();
  EXPECT_EQ(packet.size(), 0u);
  EXPECT_EQ(packet.prepend(PacketPool::kHeadroomBytes).size(), PacketPool::kHeadroomBytes);
}

TEST(PacketPool, GivesSlicesWithAllTheirRoom) {
  PacketPool pool = testing::make_test_pool();
  EXPECT_EQ(pool.allocate_slice().room().size(), PacketPool::kDataBytes);
}

TEST(PacketPool, HoldsFramesAsLargeAsItIsToldTo) {
  PacketPool pool =
      testing::make_test_pool({.buffers = 63, .references = 63, .slices = 15, .frame_bytes = 9018});
  EXPECT_EQ(pool.allocate_packet().append(9018).size(), 9018u);
  EXPECT_EQ(pool.allocate_slice().room().size(), PacketPool::kDataBytes);
}

TEST(PacketPool, RefusesAtItsLimitAndRecovers) {
  PacketPool pool = testing::make_test_pool({.buffers = 3, .references = 3});
  std::vector<Packet> held;
  while (Packet packet = pool.allocate_packet()) held.push_back(std::move(packet));
  EXPECT_EQ(held.size(), 3u);
  EXPECT_EQ(pool.buffers_in_use(), 3u);
  EXPECT_FALSE(pool.allocate_slice());
  held.clear();
  EXPECT_EQ(pool.buffers_in_use(), 0u);
  EXPECT_TRUE(pool.allocate_packet());
}

TEST(PacketPool, SharesAPartOfASlice) {
  PacketPool pool = testing::make_test_pool();
  const Slice whole = slice_of(pool, "abcdefgh");
  const Slice part = pool.share(whole, 2, 3);
  EXPECT_EQ(base::as_text(part.bytes()), "cde");
  EXPECT_EQ(base::as_text(whole.bytes()), "abcdefgh");
  EXPECT_EQ(pool.references_in_use(), 1u);
}

TEST(PacketPool, KeepsSharedBytesUntilTheLastOwnerGoes) {
  PacketPool pool = testing::make_test_pool();
  Slice part;
  {
    const Slice whole = slice_of(pool, "abcdefgh");
    part = pool.share(whole, 4, 4);
  }
  EXPECT_EQ(pool.buffers_in_use(), 1u);
  EXPECT_EQ(base::as_text(part.bytes()), "efgh");
  part = Slice();
  EXPECT_EQ(pool.buffers_in_use(), 0u);
  EXPECT_EQ(pool.references_in_use(), 0u);
}

TEST(PacketPool, SharesAReferenceAgain) {
  PacketPool pool = testing::make_test_pool();
  const Slice whole = slice_of(pool, "abcdefgh");
  const Slice half = pool.share(whole, 4, 4);
  EXPECT_EQ(base::as_text(pool.share(half, 1, 2).bytes()), "fg");
}

TEST(PacketPool, ChainsSharedPayloadBehindAHeader) {
  PacketPool pool = testing::make_test_pool();
  const Slice payload = slice_of(pool, "payload");
  {
    Packet packet = pool.allocate_packet();
    packet.append(20);
    packet.chain(pool.share(payload, 0, payload.size()));
    EXPECT_EQ(packet.size(), 27u);
    EXPECT_EQ(packet.first().size(), 20u);
  }
  EXPECT_EQ(pool.references_in_use(), 0u);
  EXPECT_EQ(base::as_text(payload.bytes()), "payload");
}

TEST(PacketPool, SharesFromTheMiddleOfAQueue) {
  PacketPool pool = testing::make_test_pool();
  SliceQueue queue;
  queue.push_back(slice_of(pool, "first"));
  queue.push_back(slice_of(pool, "second"));
  const Slice part = pool.share(queue.head_buffer()->next, 0, 3);
  queue.clear();
  EXPECT_EQ(base::as_text(part.bytes()), "sec");
}

TEST(PacketPool, SaysSoWhenMemoryDoesNotSuffice) {
  EXPECT_FALSE(PacketPool::create("huge", {.buffers = 4'000'000, .references = 1}, 0));
}

TEST(PacketPool, SaysHowScarceBuffersAre) {
  constexpr uint32_t kBuffers = 8191;
  PacketPool pool = testing::make_test_pool({.buffers = kBuffers, .references = 1023});
  std::vector<Packet> held;
  const auto pressure_with = [&](uint32_t percent) {
    while (held.size() < kBuffers * percent / 100) held.push_back(pool.allocate_packet());
    pool.sample_pressure();
    return pool.pressure();
  };
  // What the core's own cache holds counts as taken: at most a few per cent of this pool.
  EXPECT_EQ(pressure_with(base::kBuffersHighPercent - 10), Pressure::None);
  EXPECT_EQ(pressure_with(base::kBuffersHighPercent + 1), Pressure::High);
  EXPECT_EQ(pressure_with(base::kBuffersCriticalPercent + 1), Pressure::Critical);
  held.clear();
  pool.sample_pressure();
  EXPECT_EQ(pool.pressure(), Pressure::None);
}

}  // namespace
}  // namespace penstock::nic
