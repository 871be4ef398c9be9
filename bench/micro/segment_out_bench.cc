// SPDX-License-Identifier: Apache-2.0
//
// Sending 32 segments, from the user's write to a frame that a port has taken and freed: a worker's
// turn, by payload and by how many connections take turns; with one, all 32 are its own.
// Only writing and sending are timed, not the making of the slices, nor the ACKs that come back;
// the time is of one turn.
// Reference: lwIP, with one connection, checksums in software.
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

#include "bench/micro/lwip_connection.h"
#include "bench/micro/stack_with_peers.h"
#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"

namespace penstock::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint32_t kSegments = base::kBurstPackets;
constexpr uint32_t kMss = 1460;
// So many segments, acknowledged one by one, open the congestion window for a whole turn.
constexpr uint32_t kWarmUps = 128;

void set_processed(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kSegments);
  state.SetBytesProcessed(state.iterations() * kSegments * state.range(0));
}

nic::Slice make_slice(nic::PacketPool& pool, uint32_t bytes) {
  nic::Slice slice = pool.allocate_slice();
  CHECK(slice);
  std::memset(slice.room().data(), 'y', bytes);
  slice.commit(bytes);
  return slice;
}

// Slow start, for which the window has to be full: turns of more than it holds, all acknowledged.
void open_window(StackWithPeers& stack) {
  for (uint32_t i = 0; i < kWarmUps; ++i) stack.streams()[0].write(make_slice(stack.pool(), kMss));
  while (stack.streams()[0].bytes_unacknowledged() > 0) {
    const uint64_t before = stack.packets_sent();
    stack.pass_time();
    stack.send();
    const uint64_t sent = stack.packets_sent() - before;
    CHECK(sent > 0);
    for (uint64_t i = 0; i < sent; ++i) stack.acknowledge(0, kMss);
    stack.read_all();
  }
}

void send_segments(benchmark::State& state, Checksums checksums) {
  const auto payload_bytes = static_cast<uint32_t>(state.range(0));
  const auto connections = static_cast<uint32_t>(state.range(1));
  StackWithPeers stack(connections, checksums);
  open_window(stack);
  uint32_t first = 0;
  const auto at = [&](uint32_t i) { return (first + i) % connections; };
  std::array<nic::Slice, kSegments> slices;
  for (auto _ : state) {
    for (nic::Slice& slice : slices) slice = make_slice(stack.pool(), payload_bytes);
    stack.pass_time();
    const uint64_t before = stack.packets_sent();
    const auto begun = Clock::now();
    for (uint32_t i = 0; i < kSegments; ++i) {
      stack.streams()[at(i)].write(std::exchange(slices[i], nic::Slice()));
    }
    stack.send();
    state.SetIterationTime(std::chrono::duration<double>(Clock::now() - begun).count());
    CHECK(stack.packets_sent() == before + kSegments);
    for (uint32_t i = 0; i < kSegments; ++i) stack.acknowledge(at(i), payload_bytes);
    stack.read_all();
    stack.send();
    CHECK(stack.streams()[at(0)].bytes_unacknowledged() == 0);
    first = at(kSegments);
  }
  CHECK(stack.counters().segments_retransmitted.read() == 0);
  set_processed(state);
}
BENCHMARK_CAPTURE(send_segments, port_computes, Checksums::ByPort)
    ->Args({1'460, 1})
    ->Args({64, 10'000})
    ->Args({1'460, 10'000})
    ->UseManualTime();
BENCHMARK_CAPTURE(send_segments, in_software, Checksums::InSoftware)
    ->Args({1'460, 1})
    ->Args({64, 10'000})
    ->Args({1'460, 10'000})
    ->UseManualTime();

void send_segments_by_lwip(benchmark::State& state) {
  const std::vector<uint8_t> payload(static_cast<size_t>(state.range(0)), 'y');
  LwipConnection connection;
  for (uint32_t i = 0; i < kWarmUps; ++i) {
    connection.write(payload);
    connection.send();
    connection.acknowledge(static_cast<uint32_t>(payload.size()));
  }
  for (auto _ : state) {
    const uint64_t before = connection.packets_sent();
    const auto begun = Clock::now();
    for (uint32_t i = 0; i < kSegments; ++i) connection.write(payload);
    connection.send();
    state.SetIterationTime(std::chrono::duration<double>(Clock::now() - begun).count());
    CHECK(connection.packets_sent() == before + kSegments);
    for (uint32_t i = 0; i < kSegments; ++i) {
      connection.acknowledge(static_cast<uint32_t>(payload.size()));
    }
  }
  set_processed(state);
}
BENCHMARK(send_segments_by_lwip)->Args({1'460, 1})->UseManualTime();

}  // namespace
}  // namespace penstock::bench
