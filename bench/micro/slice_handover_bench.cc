// SPDX-License-Identifier: Apache-2.0
//
// Handing the bytes of one connection to another, 32 slices of a full segment at a time: all of
// them by moving, as a body goes through, or by sharing, as what may be sent again does.
// References: rte_pktmbuf_copy of DPDK, what a proxy with a buffer for each connection does, and
// rte_pktmbuf_clone, which takes a second owner as sharing does.
#include <benchmark/benchmark.h>
#include <rte_mbuf.h>

#include <array>
#include <string>
#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/nic/slice.h"
#include "tests/support/eal_environment.h"
#include "tests/support/slices.h"

namespace penstock::nic {
namespace {

constexpr uint32_t kSlices = base::kBurstPackets;
constexpr uint32_t kSliceBytes = 1460;

SliceQueue make_slices(PacketPool& pool) {
  SliceQueue queue;
  for (uint32_t i = 0; i < kSlices; ++i) {
    queue.push_back(testing::make_slice(pool, std::string(kSliceBytes, 'x')));
  }
  return queue;
}

void set_processed(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kSlices);
  state.SetBytesProcessed(state.iterations() * kSlices * kSliceBytes);
}

void hand_over_by_moving(benchmark::State& state) {
  PacketPool pool = testing::make_test_pool();
  SliceQueue from = make_slices(pool);
  SliceQueue to;
  for (auto _ : state) {
    while (!from.empty()) to.push_back(from.pop_front());
    CHECK(to.bytes() == kSlices * kSliceBytes);
    std::swap(from, to);
  }
  set_processed(state);
}
BENCHMARK(hand_over_by_moving);

void hand_over_by_rte_pktmbuf_copy(benchmark::State& state) {
  PacketPool pool = testing::make_test_pool();
  const SliceQueue from = make_slices(pool);
  for (auto _ : state) {
    uint32_t bytes = 0;
    std::array<rte_mbuf*, kSlices> copies{};
    size_t count = 0;
    for (rte_mbuf* buffer = from.head_buffer(); buffer != nullptr; buffer = buffer->next) {
      copies[count] = rte_pktmbuf_copy(buffer, pool.buffers(), 0, buffer->data_len);
      CHECK(copies[count] != nullptr);
      bytes += copies[count++]->data_len;
    }
    CHECK(bytes == kSlices * kSliceBytes);
    rte_pktmbuf_free_bulk(copies.data(), static_cast<unsigned>(count));
  }
  set_processed(state);
}
BENCHMARK(hand_over_by_rte_pktmbuf_copy);

void hand_over_by_sharing(benchmark::State& state) {
  PacketPool pool = testing::make_test_pool();
  const SliceQueue from = make_slices(pool);
  for (auto _ : state) {
    const SliceQueue to = from.share_all(pool);
    CHECK(to.bytes() == kSlices * kSliceBytes);
  }
  set_processed(state);
}
BENCHMARK(hand_over_by_sharing);

void hand_over_by_rte_pktmbuf_clone(benchmark::State& state) {
  PacketPool pool = testing::make_test_pool();
  SliceQueue queue = make_slices(pool);
  // Outside a queue, where `next` is no link, or each clone would take along all that follow.
  std::array<rte_mbuf*, kSlices> from{};
  for (rte_mbuf*& buffer : from) buffer = queue.pop_front().release();
  rte_mempool* references = rte_pktmbuf_pool_create("clones", 1023, 256, 0, 0, 0);
  CHECK(references != nullptr);
  for (auto _ : state) {
    uint32_t bytes = 0;
    std::array<rte_mbuf*, kSlices> clones{};
    for (uint32_t i = 0; i < kSlices; ++i) {
      clones[i] = rte_pktmbuf_clone(from[i], references);
      CHECK(clones[i] != nullptr);
      bytes += clones[i]->data_len;
    }
    CHECK(bytes == kSlices * kSliceBytes);
    rte_pktmbuf_free_bulk(clones.data(), kSlices);
  }
  rte_pktmbuf_free_bulk(from.data(), kSlices);
  rte_mempool_free(references);
  set_processed(state);
}
BENCHMARK(hand_over_by_rte_pktmbuf_clone);

}  // namespace
}  // namespace penstock::nic
