// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/config/read_text.h"

namespace penstock::config {
namespace {

TEST(ReadProcess, HasADefaultForEverything) {
  const ReadText read = read_with_network("");
  EXPECT_TRUE(read.problems.empty());
  EXPECT_EQ(read.configuration, model::Configuration{});
}

TEST(ReadProcess, ReadsEveryKey) {
  const ReadText read = read_with_network(R"(
    workers = { cores = [2, 3]; idle = "spin"; };
    memory = { megabytes = 512; packet_buffers = 16384; hugepages = "require"; };
    admin = { socket = "/tmp/a"; };
    log = { level = "error"; access = "-"; };
    timeouts = { request_head_ms = 1; request_body_ms = 2; keep_alive_ms = 3; connect_ms = 4;
      response_head_ms = 5; response_body_ms = 6; upstream_idle_ms = 7; drain_ms = 8;
      keep_alive_age_ms = 9; exchange_ms = 10; queue_ms = 11; tunnel_ms = 12; };
    limits = { connections = 100; half_open = 50; request_line_bytes = 300;
      field_line_bytes = 301; request_head_bytes = 302; fields = 9; response_head_bytes = 303;
      response_fields = 12; request_body_bytes = 10;
      idle_connections = 11; keep_alive_requests = 13;
      body_progress_bytes = 14; retries = 2; };)");
  EXPECT_EQ(read.problems, std::vector<std::string>{});
  const auto ms = base::Duration::from_ms;
  model::Configuration expected;
  expected.workers = {{2, 3}, model::Workers::Idle::Spin};
  expected.memory = {512, 16384, model::Memory::Hugepages::Require};
  expected.admin = {"/tmp/a"};
  expected.log = {model::Log::Level::Error, "-"};
  expected.timeouts = {.request_head = ms(1),
                       .request_body = ms(2),
                       .keep_alive = ms(3),
                       .keep_alive_age = ms(9),
                       .exchange = ms(10),
                       .queue = ms(11),
                       .tunnel = ms(12),
                       .connect = ms(4),
                       .response_head = ms(5),
                       .response_body = ms(6),
                       .upstream_idle = ms(7),
                       .drain = ms(8)};
  expected.limits = {100, 50, 300, 301, 302, 9, 303, 12, 10, 11, 13, 14, 2};
  EXPECT_EQ(read.configuration, expected);
}

TEST(ReadProcess, LowersTheDefaultsOfPartsWithTheWhole) {
  const ReadText read =
      read_with_network("limits = { connections = 100; request_head_bytes = 1000; };");
  EXPECT_EQ(read.configuration.limits.half_open, 100u);
  EXPECT_EQ(read.configuration.limits.request_line_bytes, 1000u);
  EXPECT_EQ(read.configuration.limits.field_line_bytes, 1000u);
}

TEST(ReadProcess, KeepsDefaultsBesideWrongValues) {
  const ReadText read = read_with_network("limits = { retries = 99; fields = 20; };");
  EXPECT_TRUE(blames(read, "limits.retries"));
  EXPECT_EQ(read.configuration.limits.retries, model::Limits{}.retries);
  EXPECT_EQ(read.configuration.limits.fields, 20u);
}

TEST(ReadProcess, KeepsAnEmptyListOfCoresForValidation) {
  EXPECT_TRUE(read_with_network("workers = { cores = []; };").configuration.workers.cores.empty());
}

}  // namespace
}  // namespace penstock::config
