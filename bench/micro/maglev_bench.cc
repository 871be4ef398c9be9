// SPDX-License-Identifier: Apache-2.0
//
// Consistent hashing: picking a backend (a worker, once a request) and building a table (control,
// once a change of membership). No packaged library has Maglev tables, so there is no reference.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "dataplane/balance/maglev.h"
#include "dataplane/base/check.h"
#include "dataplane/base/random.h"

namespace penstock::balance {
namespace {

std::vector<Backend> make_backends(int64_t count) {
  std::vector<Backend> backends;
  for (uint32_t i = 0; i < count; ++i) {
    backends.push_back({.id = i,
                        .name = "backend" + std::to_string(i),
                        .endpoint = {base::IpAddress::from_v4(0x0a000001 + i), 80}});
  }
  return backends;
}

void pick_by_maglev(benchmark::State& state) {
  const std::vector<Backend> backends = make_backends(state.range(0));
  const MaglevTable table(backends);
  base::Random random(1);
  for (auto _ : state) {
    const auto picked = table.pick(random.next(), backends, Avoid{});
    CHECK(picked && *picked < backends.size());
  }
}
BENCHMARK(pick_by_maglev)->Arg(3)->Arg(100)->Arg(1'000);

void build_maglev(benchmark::State& state) {
  const std::vector<Backend> backends = make_backends(state.range(0));
  for (auto _ : state) CHECK(!MaglevTable(backends).entries().empty());
}
BENCHMARK(build_maglev)->Arg(3)->Arg(100)->Arg(1'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace penstock::balance
