// SPDX-License-Identifier: Apache-2.0
//
// The bounds of a pool: how many requests and connections it takes on, who waits and who is
// refused.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

#include "tests/support/http_text.h"
#include "tests/support/proxy_world.h"

namespace penstock::proxy {
namespace {

using base::Duration;
using testing::body_of;
using testing::field_of;
using testing::get;
using testing::ok;
using testing::ProxyWorld;
using testing::ProxyWorldSettings;
using testing::SnapshotSpec;

SnapshotSpec with_bounds(upstream::PoolBounds bounds) {
  SnapshotSpec spec;
  spec.pools[0].bounds = bounds;
  spec.pools[0].queue = Duration::from_s(7);
  return spec;
}

std::string reason_of(const testing::PeerConnection& client) {
  return field_of(client.received(), "Penstock-Reason");
}

class Bounds : public ::testing::Test {
 protected:
  void build(const SnapshotSpec& spec, size_t clients) {
    world_.emplace(spec);
    for (size_t i = 0; i < clients; ++i) {
      clients_.push_back(&world_->connect());
      clients_.back()->send(get("/" + std::to_string(i)));
      world_->settle();
    }
  }
  // The backend answers what it was asked last on this connection.
  void answer(size_t connection, const std::string& body = "ok") {
    world_->accepted(8000, connection).take_received();
    world_->accepted(8000, connection).send(ok(body));
    world_->settle();
  }

  std::optional<ProxyWorld> world_;
  std::vector<testing::PeerConnection*> clients_;
};

TEST_F(Bounds, OfRequestsRefuseWhatIsBeyondThem) {
  build(with_bounds({.requests = 2}), 3);
  EXPECT_EQ(clients_[2]->received().substr(9, 3), "503");
  EXPECT_EQ(reason_of(*clients_[2]), "pool_requests_limit");
  EXPECT_EQ(field_of(clients_[2]->received(), "Retry-After"), "1");
  EXPECT_EQ(world_->pool_counters().refusals.read(), 1u);
  EXPECT_EQ(world_->pool_counters().requests_open.read(), 2u);
  answer(0);
  clients_[2]->take_received();
  clients_[2]->send(get());
  world_->settle();
  answer(0, "room again");
  EXPECT_EQ(body_of(clients_[2]->received()), "room again");
}

TEST_F(Bounds, OfConnectionsLetRequestsWaitInTurn) {
  build(with_bounds({.connections = 1}), 3);
  EXPECT_EQ(world_->accepted_count(8000), 1u);
  EXPECT_EQ(world_->pool_counters().pending.read(), 2u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(world_->accepted(8000).received().substr(0, 6), "GET /" + std::to_string(i));
    answer(0, "answer " + std::to_string(i));
    EXPECT_EQ(body_of(clients_[i]->received()), "answer " + std::to_string(i));
  }
  EXPECT_EQ(world_->accepted_count(8000), 1u);
  EXPECT_EQ(world_->pool_counters().pending.read(), 0u);
}

TEST_F(Bounds, OfConnectionsServeWhoWaitsWhenOneDies) {
  build(with_bounds({.connections = 1}), 2);
  answer(0);
  world_->accepted(8000).take_received();
  world_->accepted(8000).send(
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
  world_->settle();
  EXPECT_EQ(body_of(clients_[1]->received()), "ok");
  clients_[0]->send(get("/later"));
  world_->settle();
  EXPECT_EQ(world_->accepted_count(8000), 2u);
}

TEST_F(Bounds, OfConnectionsRefuseWhoWaitedInVain) {
  build(with_bounds({.connections = 1}), 2);
  world_->run_for(Duration::from_s(6));
  EXPECT_EQ(clients_[1]->received(), "");
  world_->run_for(Duration::from_s(2));
  EXPECT_EQ(reason_of(*clients_[1]), "pool_queue_timeout");
  EXPECT_EQ(world_->pool_counters().refusals.read(), 1u);
  answer(0);
  EXPECT_EQ(body_of(clients_[0]->received()), "ok");
}

TEST_F(Bounds, OfConnectionsForgetAClientThatLeavesTheQueue) {
  build(with_bounds({.connections = 1}), 3);
  clients_[1]->abort();
  world_->settle();
  answer(0);
  EXPECT_EQ(world_->accepted(8000).received().substr(0, 6), "GET /2");
  answer(0);
}

SnapshotSpec with_two_backends(upstream::PoolBounds bounds, balance::Policy policy) {
  SnapshotSpec spec = with_bounds(bounds);
  spec.pools[0].pool =
      testing::pool_at({8000, 8001}, policy, {balance::KeySource::Kind::Path, ""}).pool;
  return spec;
}

TEST_F(Bounds, OfConnectionsUseIdleOnesOfOtherBackends) {
  ProxyWorld world(with_two_backends({.connections = 1}, balance::Policy::RoundRobin));
  world.answer_with(8000, ok("first"));
  world.answer_with(8001, ok("second"));
  auto& client = world.connect();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(body_of(world.ask(client, get())), "first");
  EXPECT_EQ(world.accepted_count(8000), 1u);
  EXPECT_EQ(world.accepted_count(8001), 0u);
}

TEST_F(Bounds, OfConnectionsUseIdleOnesForWhoWaited) {
  ProxyWorld world(with_two_backends({.connections = 2}, balance::Policy::RoundRobin));
  for (int i = 0; i < 4; ++i) {
    world.connect().send(get());
    world.settle();
  }
  for (const auto port : std::to_array<uint16_t>({8001, 8000, 8001, 8000})) {
    world.accepted(port).send(ok());
    world.settle();
  }
  EXPECT_EQ(world.pool_counters().pending.read(), 0u);
  EXPECT_EQ(world.accepted_count(8000) + world.accepted_count(8001), 2u);
}

TEST_F(Bounds, OfConnectionsLetIdleOnesGiveWayForAKey) {
  ProxyWorld world(with_two_backends({.connections = 1}, balance::Policy::Maglev));
  world.answer_with(8000, ok("first"));
  world.answer_with(8001, ok("second"));
  auto& client = world.connect();
  std::set<std::string> answers;
  for (int i = 0; i < 20; ++i) {
    answers.insert(body_of(world.ask(client, get("/" + std::to_string(i)))));
    EXPECT_EQ(world.pool_counters().connections_open.read(), 1u);
  }
  EXPECT_EQ(answers.size(), 2u);
}

TEST_F(Bounds, OfConnectionsShareThemOutWithABackendThatIsNew) {
  build(with_bounds({.connections = 4}), 4);
  world_->answer_with(8001, ok("second"));
  for (size_t i = 0; i < 4; ++i) answer(i, "first");
  world_->answer_with(8000, ok("first"));
  world_->publish(with_two_backends({.connections = 4}, balance::Policy::RoundRobin));
  for (int i = 0; i < 20; ++i) {
    clients_[0]->take_received();
    world_->ask(*clients_[0], get());
  }
  EXPECT_EQ(world_->accepted_count(8001), 1u);
  EXPECT_EQ(world_->pool_counters().connections_open.read(), 4u);
  EXPECT_GE(world_->backend_counters(8001).requests.read(), 9u);
}

// Who needs a new one, for there is none that is fit for it, is not kept waiting by idle ones.
TEST_F(Bounds, OfConnectionsThatAreLoweredCloseAsManyAsAreTooMany) {
  build(with_bounds({.connections = 5}), 3);
  for (size_t i = 0; i < 3; ++i) answer(i);
  EXPECT_EQ(world_->pool_counters().connections_open.read(), 3u);
  world_->publish(with_bounds({.connections = 1}));
  world_->answer_with(8000, ok("done"));
  world_->run_for(Duration::from_s(2));  // a POST takes none that is idle so long
  clients_[0]->take_received();
  EXPECT_EQ(body_of(world_->ask(*clients_[0], testing::post("x"))), "done");
  EXPECT_EQ(world_->pool_counters().connections_open.read(), 1u);
}

ProxyWorldSettings beside_another_worker() {
  ProxyWorldSettings settings;
  settings.has_another_worker = true;
  return settings;
}

TEST(BoundsOfWorkers, LetIdleConnectionsGoThatAnotherNeeds) {
  ProxyWorld world(with_bounds({.connections = 2}), beside_another_worker());
  auto& client = world.connect();
  client.send(get());
  world.run_for(Duration::from_ms(10));
  world.accepted(8000).send(ok());
  world.run_for(Duration::from_ms(10));
  EXPECT_EQ(world.backend_counters(8000).connections_idle.read(), 1u);
  upstream::PoolCounters& another = world.pool_counters_of_another();
  another.connections_open.add(1);
  world.run_for(Duration::from_s(5));
  EXPECT_EQ(world.backend_counters(8000).connections_idle.read(), 1u) << "nobody waits";
  another.pending.add(1);
  world.run_for(Duration::from_ms(100));
  EXPECT_EQ(world.pool_counters().connections_open.read(), 0u);
  EXPECT_EQ(world.backend_counters(8000).idle_timeouts.read(), 0u);
}

// Room that another worker makes is seen by who is next, and by who is next after that has left.
TEST(BoundsOfWorkers, ServeWhoIsNextWhenAnotherMakesRoom) {
  ProxyWorld world(with_bounds({.connections = 2}), beside_another_worker());
  world.pool_counters_of_another().connections_open.add(1);
  std::vector<testing::PeerConnection*> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(&world.connect());
    clients.back()->send(get("/" + std::to_string(i)));
    world.run_for(Duration::from_ms(1));
  }
  EXPECT_EQ(world.accepted_count(8000), 1u);
  EXPECT_EQ(world.pool_counters().pending.read(), 2u);
  clients[1]->abort();
  world.run_for(Duration::from_ms(1));
  world.pool_counters_of_another().connections_open.subtract(1);
  world.run_for(Duration::from_ms(10));
  ASSERT_EQ(world.accepted_count(8000), 2u);
  EXPECT_EQ(world.accepted(8000, 1).received().substr(0, 6), "GET /2");
}

// The race with a backend that closes its idle connections is not shown to a client, though no
// connection may be opened now.
TEST(BoundsOfPending, LeaveAnotherIdleConnectionToWhoMetAStaleOne) {
  ProxyWorld world(with_two_backends({.pending = 1}, balance::Policy::RoundRobin),
                   beside_another_worker());
  world.answer_with(8000, ok("first"));
  world.answer_with(8001, ok("second"));
  auto& client = world.connect();
  EXPECT_EQ(body_of(world.ask(client, get())), "first");
  EXPECT_EQ(body_of(world.ask(client, get())), "second");
  world.pool_counters_of_another().pending.add(1);
  client.send(get());
  world.run_for(Duration::from_us(30));
  const bool is_at_first = world.backend_counters(8000).exchanges_open.read() == 1;
  world.accepted(is_at_first ? 8000 : 8001).abort();
  world.settle();
  EXPECT_EQ(body_of(client.received()), is_at_first ? "second" : "first");
}

TEST_F(Bounds, OfPendingRefuseWhoWouldWait) {
  build(with_bounds({.connections = 1, .pending = 1}), 3);
  EXPECT_EQ(reason_of(*clients_[2]), "pool_pending_limit");
  EXPECT_EQ(world_->pool_counters().refusals.read(), 1u);
  answer(0);
  answer(0);
  EXPECT_EQ(body_of(clients_[1]->received()), "ok");
}

TEST_F(Bounds, OfPendingCountRequestsThatConnect) {
  ProxyWorld world(with_bounds({.pending = 1}));
  world.silence(8000);
  auto& first = world.connect();
  auto& second = world.connect();
  first.send(get());
  world.run_for(Duration::from_ms(1));
  second.send(get());
  world.run_for(Duration::from_ms(1));
  EXPECT_EQ(reason_of(second), "pool_pending_limit");
  EXPECT_EQ(world.pool_counters().pending.read(), 1u);
}

TEST_F(Bounds, OfPendingAreNoFailuresOfBackends) {
  ProxyWorld world(with_two_backends({.pending = 1}, balance::Policy::RoundRobin));
  world.silence(8000);
  world.silence(8001);
  auto& first = world.connect();
  auto& second = world.connect();
  first.send(get());
  world.run_for(Duration::from_ms(1));
  second.send(get());
  world.run_for(Duration::from_ms(1));
  EXPECT_EQ(reason_of(second), "pool_pending_limit");
  EXPECT_EQ(world.pool_counters().retries.read(), 0u);
  EXPECT_EQ(world.backend_counters(8000).retries.read(), 0u);
  EXPECT_EQ(world.backend_counters(8001).retries.read(), 0u);
}

TEST_F(Bounds, OfPendingLeaveIdleConnectionsToWhoNeedsNoOther) {
  SnapshotSpec spec = with_two_backends({.pending = 1}, balance::Policy::RoundRobin);
  spec.pools[0].retries.tries = 1;
  ProxyWorld world(spec);
  world.answer_with(8000, ok("first"));
  auto& client = world.connect();
  EXPECT_EQ(body_of(world.ask(client, get())), "first");
  world.silence(8001);
  auto& pending = world.connect();
  pending.send(get());
  world.run_for(Duration::from_ms(1));
  EXPECT_EQ(world.pool_counters().pending.read(), 1u);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(body_of(world.ask(client, get())), "first");
  EXPECT_EQ(world.accepted_count(8000), 1u);
}

TEST_F(Bounds, OfConnectionsLetTheProxyEndWhileSomebodyWaits) {
  build(with_bounds({.connections = 1}), 3);
  world_->end_proxy();
  world_->settle();
  EXPECT_TRUE(clients_[2]->was_reset());
}

TEST_F(Bounds, AreKeptThroughANewSnapshot) {
  build(with_bounds({.connections = 1}), 2);
  world_->publish(with_bounds({.connections = 1}));
  auto& late = world_->connect();
  late.send(get("/late"));
  world_->settle();
  EXPECT_EQ(world_->accepted_count(8000), 1u);
  answer(0);
  EXPECT_EQ(world_->accepted(8000).received().substr(0, 6), "GET /1");
  answer(0);
  EXPECT_EQ(world_->accepted(8000).received().substr(0, 9), "GET /late");
  answer(0);
  EXPECT_EQ(body_of(late.received()), "ok");
}

}  // namespace
}  // namespace penstock::proxy
