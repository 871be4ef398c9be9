// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/machine.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include "dataplane/route/pattern_set.h"

namespace penstock::daemon {

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The text behind `label` up to the end of its line, without leading blanks.
std::string_view line_after(std::string_view text, std::string_view label) {
  const size_t start = text.find(label);
  if (start == std::string_view::npos) return {};
  std::string_view line = text.substr(start + label.size());
  line = line.substr(0, line.find('\n'));
  return line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
}

std::optional<uint64_t> parse_number(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

std::set<uint32_t> read_cores() {
  std::set<uint32_t> cores;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cores;
  for (uint32_t core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) cores.insert(core);
  }
  return cores;
}

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    names.insert(entry.path().filename());
  }
  return names;
}

// A container's own limit counts when it is lower than what the machine has left.
uint64_t read_memory_megabytes() {
  const uint64_t machine = parse_memory_available(read_file("/proc/meminfo"));
  const auto limit = parse_number(read_file("/sys/fs/cgroup/memory.max"));
  const auto used = parse_number(read_file("/sys/fs/cgroup/memory.current"));
  if (!limit || !used) return machine;
  const uint64_t left = *limit > *used ? *limit - *used : 0;
  return std::min(machine, left / (1024 * 1024));
}

// Releases are built for SSE4.2 (meson.build), which is more than Hyperscan asks.
std::optional<std::string> instruction_obstacle() {
  if (!__builtin_cpu_supports("sse4.2")) return "it lacks the SSE4.2 instructions";
  return route::pattern_engine_problem();
}

}  // namespace

uint64_t parse_memory_available(const std::string& meminfo) {
  return parse_number(line_after(meminfo, "MemAvailable:")).value_or(0) / 1024;
}

Machine read_machine() {
  return {.abilities = nic::measure_host(),
          .cores = read_cores(),
          .pci_devices = names_in("/sys/bus/pci/devices"),
          .interfaces = names_in("/sys/class/net"),
          .memory_megabytes = read_memory_megabytes(),
          .pattern_obstacle = instruction_obstacle()};
}

}  // namespace penstock::daemon
