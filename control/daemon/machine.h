// SPDX-License-Identifier: Apache-2.0
//
// Machine: what a start depends on and configuration cannot know: rights, devices, memory, CPU.
// read_machine() is the only part that looks at the real one; preflight.h judges the values, so
// that every refusal can be tested on any machine.
// Control thread, at start.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "dataplane/nic/device_preflight.h"

namespace penstock::daemon {

struct Machine {
  nic::HostAbilities abilities;
  std::set<uint32_t> cores;           // that this process may run on
  std::set<std::string> pci_devices;  // "0000:3b:00.0"
  std::set<std::string> interfaces;   // of the kernel: "eth0"
  uint64_t memory_megabytes = 0;      // available to this process
  // Why patterns cannot be matched on this CPU; nullopt when they can.
  std::optional<std::string> pattern_obstacle = {};
};

Machine read_machine();

// MemAvailable of /proc/meminfo, in megabytes; 0 when it is not there.
uint64_t parse_memory_available(const std::string& meminfo);

}  // namespace penstock::daemon
