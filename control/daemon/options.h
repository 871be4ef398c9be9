// SPDX-License-Identifier: Apache-2.0
//
// What penstockd was asked on its command line.
// Pure but for --help, --version and refusals, which CLI11 words. Control thread, at start.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace penstock::daemon {

enum class Task : uint8_t { Serve, Check };

struct Options {
  std::string configuration_file;
  Task task = Task::Serve;
};

// There is nothing to run: print and end.
struct EndAtOnce {
  int exit_status = 0;
  std::string output;
  std::string error;
};

std::variant<Options, EndAtOnce> parse_options(int argc, const char* const* argv);

}  // namespace penstock::daemon
