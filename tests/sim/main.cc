// SPDX-License-Identifier: Apache-2.0
//
// simulate: runs N worlds, one for each seed from S on, and says how each ended.
//   simulate [--seed S] [--count N] [--pcap FILE] [--describe]
// --describe prints the scenario of seed S first.
// A line for each seed on standard output: "seed S begins", then "seed S ok ..." or "seed S FAILED"
// and its problems. A failed CHECK ends the process: the seed that had begun is to blame.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "dataplane/nic/eal.h"
#include "tests/sim/scenario.h"
#include "tests/sim/scenario_run.h"

namespace {

using penstock::testing::Scenario;

struct Arguments {
  uint64_t seed = 1;
  uint64_t count = 1;
  std::string pcap;
  bool describes = false;
  bool is_valid = true;
};

Arguments arguments_of(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (word == "--describe") {
      arguments.describes = true;
      continue;
    }
    if (word == "--seed" && value != nullptr) {
      arguments.seed = std::strtoull(value, nullptr, 10);
    } else if (word == "--count" && value != nullptr) {
      arguments.count = std::strtoull(value, nullptr, 10);
    } else if (word == "--pcap" && value != nullptr) {
      arguments.pcap = value;
    } else {
      arguments.is_valid = false;
    }
    ++i;
  }
  return arguments;
}

bool run_seed(uint64_t seed, const Arguments& arguments) {
  const Scenario scenario = penstock::testing::draw_scenario(seed);
  std::printf("seed %" PRIu64 " begins\n", seed);
  std::fflush(stdout);
  const auto report = run_scenario(scenario, arguments.pcap);
  std::printf("seed %" PRIu64 " %s %.3f s, %" PRIu64 " answers, %" PRIu64 " failures, %" PRIu64
              " bytes, %" PRIu64 " segments, %" PRIu64 " turns, digest %016" PRIx64 "\n",
              seed, report.problems.empty() ? "ok" : "FAILED",
              static_cast<double>(report.virtual_time.ns()) / 1e9, report.answers, report.failures,
              report.body_bytes, report.segments, report.turns, report.digest);
  for (const std::string& problem : report.problems) std::printf("  %s\n", problem.c_str());
  std::fflush(stdout);
  return report.problems.empty();
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = arguments_of(argc, argv);
  if (!arguments.is_valid) {
    std::fprintf(stderr, "usage: simulate [--seed S] [--count N] [--pcap FILE] [--describe]\n");
    return 2;
  }
  if (arguments.describes) {
    std::fputs(describe(penstock::testing::draw_scenario(arguments.seed)).c_str(), stdout);
  }
  const auto eal =
      penstock::nic::Eal::start({.megabytes = 512, .huge_pages = penstock::nic::HugePages::Never});
  if (!eal) {
    std::fprintf(stderr, "%s\n", eal.error().c_str());
    return 1;
  }
  bool all_well = true;
  for (uint64_t i = 0; i < arguments.count; ++i) {
    all_well = run_seed(arguments.seed + i, arguments) && all_well;
  }
  return all_well ? 0 : 1;
}
