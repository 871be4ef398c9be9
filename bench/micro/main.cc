// SPDX-License-Identifier: Apache-2.0
//
// DPDK first, then the benchmarks: packet buffers, and most of the references, live in its memory.
// No huge pages and no device, so that it runs anywhere; a page fault is paid before the clock
// runs.
#include <benchmark/benchmark.h>

#include <cstdio>

#include "dataplane/nic/eal.h"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  const auto eal =
      penstock::nic::Eal::start({.megabytes = 512, .huge_pages = penstock::nic::HugePages::Never});
  if (!eal) {
    std::fprintf(stderr, "%s\n", eal.error().c_str());
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
