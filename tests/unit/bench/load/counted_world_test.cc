// SPDX-License-Identifier: Apache-2.0
//
// The load generator and a whole worker in one process: what the guard and the bypass wire stand
// on.
#include "bench/guard/counted_world.h"

#include <gtest/gtest.h>

#include <string>

#include "control/config/load.h"
#include "dataplane/base/check.h"

namespace penstock::guard {
namespace {

constexpr const char* kConfiguration = R"(
workers = { cores = [0]; };
memory = { packet_buffers = 16384; };
limits = { connections = 4096; };
ports = ( { name = "client"; device = "net_tap0"; addresses = ["10.81.0.1/24"];
            gateway = "10.81.0.254"; },
          { name = "origin"; device = "net_tap1"; addresses = ["10.82.0.1/16"]; } );
listeners = ( { name = "web"; address = "10.81.0.1:80"; } );
pools = ( { name = "all"; backends = ( { address = "10.82.1.1:80"; }, { address = "10.82.1.2:80"; } ); } );
rules = ( { path = "/refused"; respond = { status = 403; }; }, { forward = "all"; } );
)";

load::LoadPlan plan_for(const std::string& path) {
  load::LoadPlan plan;
  plan.server = 0x0a510001;
  plan.gateway = 0x0a5100fe;
  plan.clients = {0x0a5a0001, 2};
  plan.client_mac = {2, 0, 0, 0, 1, 1};
  plan.origins = {0x0a520101, 2};
  plan.origin_mac = {2, 0, 0, 0, 2, 2};
  plan.requests = {{"GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n", 0}};
  plan.responses = {{"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", 5000}};
  plan.connections = 8;
  return plan;
}

compile::Checked checked_configuration() {
  compile::Checked checked = compile::check(config::load_text("test.cfg", kConfiguration));
  CHECK(checked.ok());
  return checked;
}

void expect_served(const load::LoadPlan& plan) {
  CountedWorld world(checked_configuration(), plan);
  ASSERT_TRUE(world.warm_up());
  const Counted counted = world.count(200);
  EXPECT_GE(counted.requests, 200u);
  EXPECT_EQ(counted.failed, 0u) << world.clients().results().first_failure;
  EXPECT_GE(world.clients().results().bodies_verified, 200u);
}

TEST(CountedWorld, ServesKeepAliveClients) { expect_served(plan_for("/")); }

TEST(CountedWorld, ServesAConnectionForEachRequestOnBothSides) {
  load::LoadPlan plan = plan_for("/");
  plan.requests[0].head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  plan.responses[0].head = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n";
  plan.client_keep_alive = plan.upstream_keep_alive = false;
  expect_served(plan);
}

TEST(CountedWorld, ServesUploads) {
  load::LoadPlan plan = plan_for("/");
  plan.requests[0] = {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", 100'000};
  expect_served(plan);
}

TEST(CountedWorld, RepeatsToTheLastPacket) {
  const compile::Checked checked = checked_configuration();
  const load::LoadPlan plan = plan_for("/");
  Counted counts[2];
  for (Counted& counted : counts) {
    CountedWorld world(checked, plan);
    ASSERT_TRUE(world.warm_up());
    counted = world.count(100);
  }
  EXPECT_EQ(counts[0].requests, counts[1].requests);
  EXPECT_EQ(counts[0].packets, counts[1].packets);
  EXPECT_EQ(counts[0].turns, counts[1].turns);
}

// A generator that takes anything for an answer would make every figure worthless.
TEST(CountedWorld, CountsAnAnswerOfAnotherStatusAsAFailure) {
  const load::LoadPlan plan = plan_for("/refused");
  CountedWorld world(checked_configuration(), plan);
  world.warm_up();
  EXPECT_GT(world.clients().results().failed, 0u);
  EXPECT_NE(world.clients().results().first_failure.find("403"), std::string::npos);
}

TEST(CountedWorld, CountsABodyOfAnotherLengthAsAFailure) {
  load::LoadPlan plan = plan_for("/");
  plan.responses[0].head = "HTTP/1.1 200 OK\r\nContent-Length: 4999\r\n\r\n";
  CountedWorld world(checked_configuration(), plan);
  world.warm_up();
  EXPECT_GT(world.clients().results().failed, 0u);
}

}  // namespace
}  // namespace penstock::guard
