// SPDX-License-Identifier: Apache-2.0
#include "control/compile/blueprint.h"

#include <gtest/gtest.h>

#include "tests/support/configured.h"

namespace penstock::compile {
namespace {

Blueprint compiled(const model::Configuration& configuration, const Blueprint* previous) {
  auto blueprint = compile(configuration, model::SourceMap(), previous);
  EXPECT_TRUE(blueprint.ok());
  return std::move(blueprint).value();
}

TEST(Blueprint, CountsGenerations) {
  const Checked checked = testing::checked();
  const Blueprint first = compiled(checked.configuration, nullptr);
  EXPECT_EQ(first.generation, 1u);
  EXPECT_EQ(compiled(checked.configuration, &first).generation, 2u);
}

TEST(Blueprint, TakesUnchangedPoolsAndRulesOver) {
  const Checked checked = testing::checked();
  const Blueprint first = compiled(checked.configuration, nullptr);
  model::Configuration wanted = checked.configuration;
  wanted.pools[0].backends.pop_back();
  const Blueprint second = compiled(wanted, &first);
  EXPECT_EQ(second.rules, first.rules);
  EXPECT_EQ(second.pools[1].prototype, first.pools[1].prototype);
  EXPECT_NE(second.pools[0].prototype, first.pools[0].prototype);
  EXPECT_EQ(second.pools[0].prototype->backends().size(), 1u);
}

TEST(Blueprint, BuildsAPoolAgainWhoseIdsWereReclaimed) {
  const Checked checked = testing::checked();
  Blueprint first = compiled(checked.configuration, nullptr);
  model::Configuration without = checked.configuration;
  without.pools[0].backends.clear();
  Blueprint second = compiled(without, &first);
  // As if the pool had been the same all the time, but its ids were given away.
  second.pools[0] = first.pools[0];
  second.registry.reclaim_backends(2, [](uint32_t) { return true; });
  const Blueprint third = compiled(checked.configuration, &second);
  for (const balance::Backend& backend : third.pools[0].prototype->backends()) {
    EXPECT_EQ(third.registry.find("api", backend.endpoint), backend.id);
  }
}

TEST(Blueprint, ChangesNothingWhenRulesAreRefused) {
  const Checked checked = testing::checked();
  const Blueprint first = compiled(checked.configuration, nullptr);
  model::Configuration wanted = checked.configuration;
  wanted.rules[0].path = {model::PathCondition::Kind::Regex, "/(a"};
  const auto refused = compile(wanted, checked.sources, &first);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error()[0].path, "rules[0].path_regex");
  EXPECT_EQ(first.generation, 1u);
}

TEST(Blueprint, GivesListenersTheirAccessListsAndKeepsTheirIds) {
  const Checked checked = testing::checked();
  model::Configuration wanted = checked.configuration;
  const Blueprint first = compiled(wanted, nullptr);
  EXPECT_EQ(make_snapshot(first, 0)->listeners[0].access, nullptr);
  wanted.listeners.insert(wanted.listeners.begin(),
                          {.name = "api", .address = *base::Endpoint::parse("10.80.1.1:81")});
  wanted.listeners[1].deny = {*base::IpPrefix::parse("10.0.0.0/8")};
  const Blueprint second = compiled(wanted, &first);
  const auto snapshot = make_snapshot(second, 0);
  ASSERT_NE(snapshot->listeners[1].access, nullptr);
  EXPECT_FALSE(snapshot->listeners[1].access->admits(*base::IpAddress::parse("10.0.0.1")));
  EXPECT_EQ(snapshot->listeners[1].id, make_snapshot(first, 0)->listeners[0].id);
  EXPECT_NE(snapshot->listeners[0].id, snapshot->listeners[1].id);
  EXPECT_EQ(make_snapshot(second, 1)->listeners[1].access, snapshot->listeners[1].access);
}

TEST(Blueprint, FindsTheRateLimitsThatListenersAndRulesName) {
  model::Configuration wanted = testing::checked().configuration;
  wanted.rate_limits.resize(2);
  wanted.rate_limits[0].name = "a";
  wanted.rate_limits[1].name = "b";
  wanted.listeners[0].connection_rate = "b";
  wanted.listeners[0].connections_per_source_max = 9;
  wanted.rules[1].request_rate = "a";
  const Blueprint first = compiled(wanted, nullptr);
  const auto snapshot = make_snapshot(first, 0);
  EXPECT_EQ(snapshot->listeners[0].connection_rate, 1u);
  EXPECT_EQ(snapshot->listeners[0].request_rate, std::nullopt);
  EXPECT_EQ(snapshot->listeners[0].connections_per_source_max, 9u);
  EXPECT_EQ(snapshot->rules_of(0).rules()[0].request_rate, std::nullopt);
  EXPECT_EQ(snapshot->rules_of(0).rules()[1].request_rate, 0u);
  ASSERT_EQ(snapshot->rate_limits.size(), 2u);
  // The same rules mean another place.
  wanted.rate_limits.insert(wanted.rate_limits.begin(), model::RateLimit{.name = "c"});
  const auto later = make_snapshot(compiled(wanted, &first), 0);
  EXPECT_EQ(later->rules_of(0).rules()[1].request_rate, 1u);
  EXPECT_EQ(later->rate_limits[1].id, snapshot->rate_limits[0].id);
}

TEST(Blueprint, MakesASnapshotWithEverythingThatWasWanted) {
  const Checked checked = testing::checked();
  model::Configuration wanted = checked.configuration;
  wanted.timeouts.request_head = base::Duration::from_ms(7);
  wanted.limits.request_body_bytes = 99;
  wanted.limits.retries = 4;
  wanted.forwarding.reason_field = model::Forwarding::ReasonField::Omit;
  wanted.forwarding.upgrade = model::Forwarding::Upgrade::WebSocket;
  wanted.timeouts.exchange = base::Duration::from_ms(13);
  wanted.limits.keep_alive_requests = 14;
  wanted.limits.body_progress_bytes = 15;
  wanted.listeners[0].proxy_protocol = model::Listener::ProxyProtocol::Require;
  wanted.pools[0].retries = {.count = 4, .statuses = {503}, .budget_percent = 15};
  wanted.pools[0].bounds = {.connections = 16, .pending = 17, .requests = 18};
  wanted.pools[0].reuse = model::ConnectionReuse::Never;
  wanted.pools[0].proxy_protocol = model::ProxyProtocol::V2;
  wanted.pools[0].request_buffer_bytes = 19;
  wanted.pools[0].response_buffer_bytes = 20;
  wanted.pools[0].connect_timeout = base::Duration::from_ms(11);
  wanted.pools[0].response_head_timeout = base::Duration::from_ms(12);
  const auto snapshot = make_snapshot(compiled(wanted, nullptr), 0);
  EXPECT_EQ(snapshot->generation, 1u);
  ASSERT_EQ(snapshot->listeners.size(), 1u);
  EXPECT_EQ(snapshot->listeners[0].address.format(), "10.80.1.1:80");
  EXPECT_EQ(snapshot->rules_of(0).rules().size(), 2u);
  EXPECT_EQ(snapshot->timeouts.client_header.ms(), 7);
  EXPECT_EQ(snapshot->limits.request_body_bytes, 99u);
  EXPECT_EQ(snapshot->reason_header, proxy::ReasonHeader::Omit);
  EXPECT_EQ(snapshot->upgrades, proxy::Upgrades::WebSocket);
  EXPECT_EQ(snapshot->timeouts.exchange.ms(), 13);
  EXPECT_EQ(snapshot->limits.client_requests, 14u);
  EXPECT_EQ(snapshot->limits.body_progress_bytes, 15u);
  EXPECT_EQ(snapshot->listeners[0].proxy_header, proxy::ProxyHeader::Required);
  const proxy::PoolPlan& pool = snapshot->pools[0];
  EXPECT_EQ(pool.retries.tries, 5u);
  EXPECT_TRUE(pool.retries.takes_again(503));
  EXPECT_EQ(pool.retries.budget_percent, 15u);
  EXPECT_EQ(pool.bounds.connections, 16u);
  EXPECT_EQ(pool.bounds.pending, 17u);
  EXPECT_EQ(pool.bounds.requests, 18u);
  EXPECT_EQ(pool.reuse, upstream::ReusePolicy::Never);
  EXPECT_EQ(pool.announce_client, proxy::AnnounceClient::V2);
  EXPECT_EQ(pool.request_buffer_bytes, 19u);
  EXPECT_EQ(pool.response_buffer_bytes, 20u);
  EXPECT_NE(snapshot->pools[0].id, snapshot->pools[1].id);
  EXPECT_EQ(snapshot->pools[0].connect_timeout.ms(), 11);
  EXPECT_EQ(snapshot->pools[0].response.ms(), 12);
  EXPECT_EQ(snapshot->pools[1].pool.name(), "shop");
}

TEST(Blueprint, MakesSnapshotsWhoseRulesCanBeChosen) {
  const Checked checked = testing::checked();
  const auto snapshot = make_snapshot(compiled(checked.configuration, nullptr), 0);
  const route::RequestView request{"GET", "shop.example", "/", "", nullptr, base::IpAddress()};
  const route::Rule* rule = snapshot->rules_of(0).choose(request, snapshot->scratch);
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->name, "shop");
}

}  // namespace
}  // namespace penstock::compile
