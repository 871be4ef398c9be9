// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "control/model/ranges.h"
#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

TEST(ValidateProcess, RefusesNoCore) {
  Configuration c = small_configuration();
  c.workers.cores = {};
  EXPECT_TRUE(blames(c, "workers.cores"));
}

TEST(ValidateProcess, LetsWorkersThatSleepShareACore) {
  Configuration c = small_configuration();
  c.workers.cores = {0, 1, 0};
  EXPECT_EQ(problems_of(c), std::vector<std::string>{});
}

TEST(ValidateProcess, RefusesACoreTwiceForWorkersThatSpin) {
  Configuration c = small_configuration();
  c.workers.cores = {0, 1, 0};
  c.workers.idle = Workers::Idle::Spin;
  EXPECT_EQ(problems_of(c),
            std::vector<std::string>{"workers.cores[2]: duplicate core 0, already used by "
                                     "workers.cores[0]; accepted: each core once"});
}

TEST(ValidateProcess, RefusesMoreCoresThanWorkers) {
  Configuration c = small_configuration();
  c.workers.cores.clear();
  for (uint32_t core = 0; core <= base::kWorkersMax; ++core) c.workers.cores.push_back(core);
  EXPECT_TRUE(blames(c, "workers.cores"));
}

TEST(ValidateProcess, RefusesARelativeSocketPathAndOneThatIsTooLong) {
  Configuration c = small_configuration();
  c.admin.socket = "admin.sock";
  EXPECT_TRUE(blames(c, "admin.socket"));
  c.admin.socket = "/" + std::string(106, 'a');
  EXPECT_FALSE(blames(c, "admin.socket"));
  c.admin.socket += "a";
  EXPECT_TRUE(blames(c, "admin.socket"));
}

TEST(ValidateProcess, AcceptsTheThreeSortsOfAccessLog) {
  Configuration c = small_configuration();
  for (const char* path : {"", "-", "/var/log/access.log"}) {
    c.log.access = path;
    EXPECT_FALSE(blames(c, "log.access")) << path;
  }
  c.log.access = "access.log";
  EXPECT_TRUE(blames(c, "log.access"));
}

TEST(ValidateProcess, RefusesTimeoutsOfNoTime) {
  Configuration c = small_configuration();
  c.timeouts.drain = {};
  EXPECT_TRUE(blames(c, "timeouts.drain_ms"));
}

TEST(ValidateProcess, RefusesLimitsBeyondWhatThereIs) {
  Configuration c = small_configuration();
  c.limits.connections = base::kConnectionsMax + 1;
  c.limits.request_body_bytes = UINT64_MAX;
  EXPECT_TRUE(blames(c, "limits.connections"));
  EXPECT_TRUE(blames(c, "limits.request_body_bytes"));
}

TEST(ValidateProcess, RefusesPartsThatAreMoreThanTheWhole) {
  Configuration c = small_configuration();
  c.limits.request_head_bytes = 8192;
  c.limits.connections = 1000;
  EXPECT_TRUE(blames(c, "limits.request_line_bytes"));
  EXPECT_TRUE(blames(c, "limits.field_line_bytes"));
  EXPECT_TRUE(blames(c, "limits.half_open"));
}

}  // namespace
}  // namespace penstock::model
