// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/machine.h"

#include <gtest/gtest.h>

namespace penstock::daemon {
namespace {

TEST(Machine, ReadsAvailableMemoryFromMeminfo) {
  const std::string meminfo =
      "MemTotal:       24684104 kB\nMemFree:        21000000 kB\nMemAvailable:   22528000 kB\n";
  EXPECT_EQ(parse_memory_available(meminfo), 22'000u);
  EXPECT_EQ(parse_memory_available("MemTotal: 1 kB\n"), 0u);
}

TEST(Machine, FindsThisMachinesCoresMemoryAndLoopback) {
  const Machine machine = read_machine();
  EXPECT_FALSE(machine.cores.empty());
  EXPECT_GT(machine.memory_megabytes, 0u);
  EXPECT_TRUE(machine.interfaces.contains("lo"));
}

}  // namespace
}  // namespace penstock::daemon
