// SPDX-License-Identifier: Apache-2.0
//
// core_clock CORE: prints how many cycles a second the core runs, where nobody counts them for us
// (most virtual machines): by a chain of multiplications, each of which waits for the one before
// and takes three cycles on every x86-64 core of the last fifteen years. (Additions of constants
// would not do: some cores fold them before they are executed.) The fastest of many short runs is
// the one that nothing interrupted.
#include <sched.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "dataplane/base/clock.h"

namespace {

constexpr uint64_t kRounds = 20'000;
constexpr uint64_t kCyclesPerRound = 64 * 3;
constexpr int kRuns = 200;

double cycles_per_second() {
  uint64_t product = 3;
  const auto began = penstock::base::monotonic_now();
  for (uint64_t i = 0; i < kRounds; ++i) {
    asm volatile(".rept 64\n\timul %0, %0\n\t.endr" : "+r"(product));
  }
  const auto took = penstock::base::monotonic_now() - began;
  return static_cast<double>(kRounds * kCyclesPerRound) * 1e9 / static_cast<double>(took.ns());
}

}  // namespace

int main(int argc, char** argv) {
  cpu_set_t core;
  CPU_ZERO(&core);
  CPU_SET(argc == 2 ? std::atoi(argv[1]) : 0, &core);
  if (argc != 2 || sched_setaffinity(0, sizeof core, &core) != 0) {
    std::cerr << "usage: core_clock CORE\n";
    return 2;
  }
  double fastest = 0;
  for (int i = 0; i < kRuns; ++i) fastest = std::max(fastest, cycles_per_second());
  std::cout << static_cast<uint64_t>(fastest) << '\n';
}
