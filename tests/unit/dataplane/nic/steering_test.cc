// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/steering.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/packet_builder.h"
#include "tests/support/rss_key.h"

namespace penstock::nic {
namespace {

using testing::endpoint;
using testing::ip;

TEST(Steering, SpreadsFlowsOverAllWorkersEvenly) {
  const Steering steering = Steering::among_workers(testing::kVerificationKey, 3);
  EXPECT_EQ(steering.by(ip("10.0.0.1")), SteeredBy::Workers);
  EXPECT_EQ(steering.by(ip("2001:db8::1")), SteeredBy::Workers);
  std::map<uint16_t, int> flows;
  for (uint32_t port = 1024; port < 1024 + 30'000; ++port) {
    ++flows[steering.worker_of(endpoint("10.0.0.9", static_cast<uint16_t>(port)),
                               endpoint("10.0.0.1", 80))];
  }
  ASSERT_EQ(flows.size(), 3u);
  for (const auto& [worker, count] : flows) EXPECT_NEAR(count, 10'000, 700) << worker;
}

TEST(Steering, FindsTheWorkerOfAReplyByTheLocalPortAlone) {
  const Steering steering = Steering::among_workers(testing::kVerificationKey, 4);
  for (const char* own : {"10.0.0.1", "2001:db8::1"}) {
    const bool is_v4 = ip(own).is_v4();
    const base::Endpoint remote = endpoint(is_v4 ? "10.0.0.9" : "2001:db8::9", 80);
    const Steering::Replies replies(steering, remote, ip(own));
    for (uint16_t port = 20'000; port < 20'100; ++port) {
      EXPECT_EQ(replies.worker_of(port), steering.worker_of(remote, {ip(own), port}));
    }
  }
}

TEST(Steering, ByRulesTakesTheLowBitsOfOurPortAndLeavesListenersAlone) {
  const Steering steering = Steering::by_rules(testing::kVerificationKey, {0, 1, 2, 0});
  const base::Endpoint remote = endpoint("10.0.0.9", 443);
  EXPECT_EQ(steering.by(ip("2001:db8::1")), SteeredBy::Rules);
  EXPECT_EQ(steering.worker_of(remote, endpoint("10.0.0.1", 0x8001)), 1);
  EXPECT_EQ(steering.worker_of(remote, endpoint("10.0.0.1", 0xfffe)), 2);
  EXPECT_EQ(steering.worker_of(remote, endpoint("10.0.0.1", 0x7ffe)), Steering::kNobody);
  const Steering::Replies replies(steering, remote, ip("10.0.0.1"));
  EXPECT_EQ(replies.worker_of(0x8002), 2);
  EXPECT_EQ(replies.worker_of(0x4002), Steering::kNobody);
}

TEST(Steering, UsesTheTableThatTheNicHas) {
  const Steering steering({.v4 = SteeredBy::Nic}, testing::kVerificationKey, {7, 7});
  EXPECT_EQ(steering.by(ip("10.0.0.1")), SteeredBy::Nic);
  EXPECT_EQ(steering.by(ip("2001:db8::1")), SteeredBy::Workers);
  EXPECT_EQ(steering.worker_of(endpoint("10.0.0.9", 1), endpoint("10.0.0.1", 2)), 7);
}

}  // namespace
}  // namespace penstock::nic
