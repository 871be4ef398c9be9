// SPDX-License-Identifier: Apache-2.0
//
// Segments in order, from the Ethernet frame to the bytes that a user takes, with the ACKs that
// leave: a worker's turn of 32 segments, by payload and by how many connections take turns. With
// one, its state is warm and a turn needs one ACK; with 10000 nearly every segment meets cold
// state. Only the turn is timed, not the making of the segments; the time is of one turn.
// Reference: lwIP, with one connection (it searches a list of them), checksums in software.
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <utility>

#include "bench/micro/lwip_connection.h"
#include "bench/micro/segment_maker.h"
#include "bench/micro/stack_with_peers.h"
#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"

namespace penstock::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint32_t kSegments = base::kBurstPackets;

void set_processed(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kSegments);
  state.SetBytesProcessed(state.iterations() * kSegments * state.range(0));
}

void receive_segments(benchmark::State& state, Checksums checksums) {
  SegmentMaker maker(static_cast<uint32_t>(state.range(0)));
  const auto connections = static_cast<uint32_t>(state.range(1));
  StackWithPeers stack(connections, checksums);
  uint32_t next = 0;
  uint64_t expected = 0;
  std::array<nic::Packet, kSegments> burst;
  for (auto _ : state) {
    for (nic::Packet& packet : burst) {
      packet = stack.next_segment(next, maker);
      next = next + 1 == connections ? 0 : next + 1;
    }
    const auto begun = Clock::now();
    for (nic::Packet& packet : burst) stack.arrive(std::exchange(packet, nic::Packet()));
    stack.pass_time();
    stack.read_all();
    stack.send();
    state.SetIterationTime(std::chrono::duration<double>(Clock::now() - begun).count());
    expected += kSegments * maker.payload_bytes();
    CHECK(stack.counters().bytes_in.read() == expected);
  }
  set_processed(state);
}
BENCHMARK_CAPTURE(receive_segments, port_verifies, Checksums::ByPort)
    ->Args({64, 1})
    ->Args({1'460, 1})
    ->Args({64, 10'000})
    ->Args({1'460, 10'000})
    ->UseManualTime();
BENCHMARK_CAPTURE(receive_segments, in_software, Checksums::InSoftware)
    ->Args({64, 1})
    ->Args({1'460, 1})
    ->Args({64, 10'000})
    ->Args({1'460, 10'000})
    ->UseManualTime();

void receive_segments_by_lwip(benchmark::State& state) {
  SegmentMaker maker(static_cast<uint32_t>(state.range(0)));
  LwipConnection connection;
  uint64_t expected = 0;
  for (auto _ : state) {
    for (uint32_t i = 0; i < kSegments; ++i) connection.prepare_next_segment(maker);
    const auto begun = Clock::now();
    connection.receive_prepared();
    state.SetIterationTime(std::chrono::duration<double>(Clock::now() - begun).count());
    expected += kSegments * maker.payload_bytes();
    CHECK(connection.bytes_received() == expected);
  }
  set_processed(state);
}
BENCHMARK(receive_segments_by_lwip)->Args({64, 1})->Args({1'460, 1})->UseManualTime();

}  // namespace
}  // namespace penstock::bench
