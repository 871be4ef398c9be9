// SPDX-License-Identifier: Apache-2.0
//
// guard_count CONFIGURATION PLAN REQUESTS: lets requests pass through a worker in this process and
// prints what that took, as JSON. Under `valgrind --tool=callgrind --collect-atstart=no` exactly
// the instructions of the counted part are collected (bench/rig/guard.py).
#include <valgrind/callgrind.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bench/guard/counted_world.h"
#include "control/daemon/worker_plan.h"
#include "dataplane/nic/eal.h"

namespace penstock::guard {
namespace {

std::string read_file(const char* path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(std::string(path) + " cannot be read");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

int run(const char* configuration_file, const char* plan_file, uint64_t requests) {
  const compile::Checked checked = compile::check_file(configuration_file);
  for (const model::Problem& problem : checked.problems) {
    std::cerr << problem.format() << '\n';
  }
  if (!checked.ok()) return 1;
  const load::LoadPlan plan = load::parse_load_plan(read_file(plan_file));
  const auto eal = nic::Eal::start({.megabytes = daemon::packet_megabytes(checked.configuration),
                                    .huge_pages = nic::HugePages::Never});
  if (!eal) throw std::runtime_error(eal.error());
  CountedWorld world(checked, plan);
  // What leads to the counted part is collected too, and thrown away.
  if (!world.warm_up()) throw std::runtime_error("the connections do not open: see the plan");
  world.count(requests / 4);
  CALLGRIND_ZERO_STATS;
  const Counted counted = world.count(requests);
  CALLGRIND_DUMP_STATS_AT("counted");
  std::cout << nlohmann::json{{"requests", counted.requests},
                              {"failed", counted.failed},
                              {"first_failure", world.clients().results().first_failure},
                              {"turns", counted.turns},
                              {"packets", counted.packets},
                              {"cycles", counted.cycles}}
            << '\n';
  return counted.requests >= requests && counted.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace penstock::guard

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: guard_count CONFIGURATION PLAN REQUESTS\n";
    return 2;
  }
  try {
    return penstock::guard::run(argv[1], argv[2], std::strtoull(argv[3], nullptr, 10));
  } catch (const std::exception& error) {
    std::cerr << "guard_count: " << error.what() << '\n';
    return 1;
  }
}
