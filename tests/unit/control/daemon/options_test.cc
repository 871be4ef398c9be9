// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace penstock::daemon {
namespace {

using ::testing::HasSubstr;

std::variant<Options, EndAtOnce> parse(std::initializer_list<const char*> arguments) {
  std::vector<const char*> argv{"penstockd"};
  argv.insert(argv.end(), arguments);
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

TEST(Options, NamesTheConfiguration) {
  const auto options = std::get<Options>(parse({"a.cfg"}));
  EXPECT_EQ(options.configuration_file, "a.cfg");
  EXPECT_EQ(options.task, Task::Serve);
}

TEST(Options, ChecksWithoutServing) {
  EXPECT_EQ(std::get<Options>(parse({"a.cfg", "--check"})).task, Task::Check);
  EXPECT_EQ(std::get<Options>(parse({"--check", "a.cfg"})).task, Task::Check);
}

TEST(Options, PrintsItsVersionAndHelp) {
  const auto version = std::get<EndAtOnce>(parse({"--version"}));
  EXPECT_EQ(version.exit_status, 0);
  EXPECT_THAT(version.output, HasSubstr("penstockd "));
  const auto help = std::get<EndAtOnce>(parse({"--help"}));
  EXPECT_EQ(help.exit_status, 0);
  EXPECT_THAT(help.output, HasSubstr("CONFIG"));
}

TEST(Options, RefusesAMissingFileAndAnUnknownOption) {
  const auto missing = std::get<EndAtOnce>(parse({}));
  EXPECT_EQ(missing.exit_status, 1);
  EXPECT_THAT(missing.error, HasSubstr("CONFIG"));
  EXPECT_EQ(std::get<EndAtOnce>(parse({"a.cfg", "--fast"})).exit_status, 1);
}

}  // namespace
}  // namespace penstock::daemon
