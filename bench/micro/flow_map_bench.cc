// SPDX-License-Identifier: Apache-2.0
//
// Finding a connection by its hash among `entries`, in random order: what a packet pays.
#include <benchmark/benchmark.h>

#include "dataplane/base/flow_map.h"
#include "dataplane/base/random.h"

namespace penstock::base {
namespace {

void find_flow(benchmark::State& state) {
  const auto entries = static_cast<uint32_t>(state.range(0));
  FlowMap map(entries);
  Random random(1);
  std::vector<uint32_t> hashes(entries);
  for (uint32_t index = 0; index < entries; ++index) {
    hashes[index] = static_cast<uint32_t>(random.next());
    map.insert(hashes[index], index);
  }
  for (auto _ : state) {
    const auto wanted = static_cast<uint32_t>(random.below(entries));
    benchmark::DoNotOptimize(
        map.find(hashes[wanted], [wanted](uint32_t index) { return index == wanted; }));
  }
}
BENCHMARK(find_flow)->Arg(1'000)->Arg(1'000'000);

}  // namespace
}  // namespace penstock::base
