// SPDX-License-Identifier: Apache-2.0
//
// Rate limits as clients meet them.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/http_text.h"
#include "tests/support/proxy_world.h"

namespace penstock::proxy {
namespace {

using testing::field_of;
using testing::get;
using testing::ok;
using testing::ProxyWorld;
using testing::SnapshotSpec;
using testing::status_of;

RateLimit limit_of(uint32_t per_minute, uint32_t burst) {
  RateLimit limit;
  limit.name = "limit";
  limit.identity = 7;
  limit.rate = base::TokenRate::per(base::Duration::from_s(60), per_minute, burst);
  return limit;
}

SnapshotSpec spec_with_request_rate(uint32_t per_minute, uint32_t burst) {
  SnapshotSpec spec;
  spec.rate_limits = {limit_of(per_minute, burst)};
  spec.request_rate = 0;
  return spec;
}

TEST(LimitStage, AnswersWhatIsTooMuchAndKeepsTheConnection) {
  ProxyWorld world(spec_with_request_rate(2, 2));
  world.answer_with(8000, ok());
  auto& client = world.connect();
  EXPECT_EQ(status_of(world.ask(client, get())), "HTTP/1.1 200 OK");
  EXPECT_EQ(status_of(world.ask(client, get())), "HTTP/1.1 200 OK");
  const std::string refused = world.ask(client, get());
  EXPECT_EQ(status_of(refused), "HTTP/1.1 429 Too Many Requests");
  EXPECT_EQ(field_of(refused, "Penstock-Reason"), "rate_limited");
  EXPECT_EQ(field_of(refused, "Retry-After"), "30");
  EXPECT_EQ(field_of(refused, "Connection"), "(none)");
  EXPECT_EQ(world.replies(http::ReplyReason::RateLimited), 1u);
  EXPECT_EQ(world.counters().refused_by_limit[0].read(), 1u);
  world.run_for(base::Duration::from_s(30));
  EXPECT_EQ(status_of(world.ask(client, get())), "HTTP/1.1 200 OK");
}

TEST(LimitStage, ClosesAfterARefusedRequestWhoseBodyIsStillToCome) {
  ProxyWorld world(spec_with_request_rate(1, 1));
  world.answer_with(8000, ok());
  auto& client = world.connect();
  world.ask(client, get());
  const std::string refused =
      world.ask(client, "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(status_of(refused), "HTTP/1.1 429 Too Many Requests");
  EXPECT_EQ(field_of(refused, "Connection"), "close");
}

TEST(LimitStage, LimitsARuleAndLeavesTheOthers) {
  SnapshotSpec spec;
  spec.rate_limits = {limit_of(1, 1)};
  route::Rule login = testing::rule("login", route::Forward{0});
  login.path = {route::PathMatch::Kind::Exact, "/login"};
  login.request_rate = 0;
  spec.rules.push_back(login);
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  auto& client = world.connect();
  EXPECT_EQ(status_of(world.ask(client, get("/login"))), "HTTP/1.1 200 OK");
  EXPECT_EQ(status_of(world.ask(client, get("/login"))), "HTTP/1.1 429 Too Many Requests");
  EXPECT_EQ(status_of(world.ask(client, get("/"))), "HTTP/1.1 200 OK");
  EXPECT_EQ(world.records().back().reason, http::ReplyReason::None);
  EXPECT_EQ(world.records()[1].reason, http::ReplyReason::RateLimited);
  EXPECT_EQ(world.records()[1].rule.view(), "login");
}

TEST(LimitStage, ResetsConnectionsThatAreTooMany) {
  SnapshotSpec spec;
  spec.rate_limits = {limit_of(60, 2)};
  spec.connection_rate = 0;
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  auto& first = world.connect();
  world.connect();
  world.settle();
  auto& third = world.connect();
  world.settle();
  EXPECT_TRUE(third.was_reset());
  EXPECT_EQ(world.counters().downstream_accepted.read(), 2u);
  EXPECT_EQ(world.counters().refused_by_limit[0].read(), 1u);
  EXPECT_EQ(status_of(world.ask(first, get())), "HTTP/1.1 200 OK");
  world.run_for(base::Duration::from_s(1));
  auto& fourth = world.connect();
  EXPECT_EQ(status_of(world.ask(fourth, get())), "HTTP/1.1 200 OK");
}

TEST(LimitStage, ResetsConnectionsOfASourceThatHasItsShare) {
  SnapshotSpec spec;
  spec.connections_per_source_max = 2;
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  auto& first = world.connect();
  auto& second = world.connect();
  world.settle();
  auto& third = world.connect();
  world.settle();
  EXPECT_TRUE(third.was_reset());
  EXPECT_EQ(world.listener_counters().refused.read(), 1u);
  EXPECT_EQ(status_of(world.ask(first, get())), "HTTP/1.1 200 OK");
  // One that has ended makes room for another.
  second.close();
  world.settle();
  auto& fourth = world.connect();
  EXPECT_EQ(status_of(world.ask(fourth, get())), "HTTP/1.1 200 OK");
  // Without the bound those that are counted are still given back.
  world.publish({});
  world.connect();
  first.close();
  fourth.close();
  world.settle();
  world.publish(spec);
  EXPECT_EQ(status_of(world.ask(world.connect(), get())), "HTTP/1.1 200 OK");
}

TEST(LimitStage, AChangedLimitActsOnWhatHasBeenCounted) {
  ProxyWorld world(spec_with_request_rate(1, 1));
  world.answer_with(8000, ok());
  auto& client = world.connect();
  world.ask(client, get());
  EXPECT_EQ(status_of(world.ask(client, get())), "HTTP/1.1 429 Too Many Requests");
  // What was taken counts against the wider limit too: a minute's worth of four.
  world.publish(spec_with_request_rate(4, 8));
  int answered = 0;
  while (status_of(world.ask(client, get())) == "HTTP/1.1 200 OK") ++answered;
  EXPECT_EQ(answered, 4);
  world.publish({});
  EXPECT_EQ(status_of(world.ask(client, get())), "HTTP/1.1 200 OK");
}

}  // namespace
}  // namespace penstock::proxy
