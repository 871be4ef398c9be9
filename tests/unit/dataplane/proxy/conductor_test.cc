// SPDX-License-Identifier: Apache-2.0
//
// The conductor as a whole: snapshots that come and go under open exchanges, and drain.
#include "dataplane/proxy/conductor.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

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
using testing::SnapshotSpec;

TEST(Conductor, HoldsASnapshotUntilItsLastExchangeEnds) {
  ProxyWorld world;
  Snapshot& old = world.publish({});
  auto& client = world.connect();
  world.ask(client, get());
  Snapshot& fresh = world.publish({});
  world.settle();
  EXPECT_TRUE(old.is_held());
  EXPECT_FALSE(fresh.is_held());
  world.accepted(8000).send(ok());
  world.settle();
  EXPECT_FALSE(old.is_held());
  client.take_received();
  world.ask(client, get());
  EXPECT_TRUE(fresh.is_held());
}

TEST(Conductor, UsesNewRulesForTheNextRequestOfAnOpenConnection) {
  SnapshotSpec spec;
  ProxyWorld world(spec);
  world.answer_with(8000, ok("old"));
  auto& client = world.connect();
  EXPECT_EQ(body_of(world.ask(client, get())), "old");
  spec.rules = {testing::rule("new", route::FixedResponse{200, "", "new"})};
  world.publish(spec);
  EXPECT_EQ(body_of(world.ask(client, get())), "new");
}

TEST(Conductor, EndsTheConnectionsOfARemovedListener) {
  SnapshotSpec spec;
  spec.listener_ports = {80, 81};
  ProxyWorld world(spec);
  auto& busy = world.connect(81);
  auto& idle = world.connect(81);
  auto& other = world.connect(80);
  world.ask(busy, get());
  spec.listener_ports = {80};
  world.publish(spec);
  world.settle();
  EXPECT_TRUE(idle.peer_closed());
  EXPECT_FALSE(busy.peer_closed());
  EXPECT_FALSE(other.peer_closed());
  world.accepted(8000).send(ok("last"));
  world.settle();
  EXPECT_EQ(field_of(busy.received(), "Connection"), "close");
  EXPECT_EQ(body_of(busy.received()), "last");
  EXPECT_TRUE(busy.peer_closed());
  auto& late = world.connect(81);
  world.settle();
  EXPECT_EQ(late.close_reason(), tcp::CloseReason::Refused);
}

TEST(Conductor, RefusesAClientWhoseListenerHasGivenItsPlaceToAnother) {
  SnapshotSpec spec;
  ProxyWorld world(spec);
  world.connect();
  world.settle();
  auto& client = world.connect();
  client.send(get());
  world.run_for(Duration::from_us(60));  // the SYN has come, the handshake is not complete
  spec.listener_ports = {81};
  spec.rules = {testing::rule("other", route::FixedResponse{200, "", "not for you"})};
  world.publish(spec);
  world.settle();
  EXPECT_EQ(client.received(), "");
  EXPECT_TRUE(client.was_reset());
}

TEST(Conductor, DrainsByFinishingWhatIsOpen) {
  ProxyWorld world;
  auto& busy = world.connect();
  auto& idle = world.connect();
  world.ask(busy, get());
  world.proxy().begin_drain(world.now());
  world.settle();
  EXPECT_TRUE(idle.peer_closed());
  EXPECT_FALSE(busy.peer_closed());
  EXPECT_FALSE(world.proxy().is_drained());
  auto& late = world.connect();
  world.settle();
  EXPECT_EQ(late.close_reason(), tcp::CloseReason::Refused);
  world.accepted(8000).send(ok("last"));
  world.settle();
  EXPECT_EQ(field_of(busy.received(), "Connection"), "close");
  EXPECT_EQ(body_of(busy.received()), "last");
  EXPECT_TRUE(world.accepted(8000).peer_closed());
  busy.close();
  idle.close();
  world.settle();
  EXPECT_TRUE(world.proxy().is_drained());
}

// The head of a response that promises to keep the connection, and half of its body.
constexpr std::string_view kBegun = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nlast";

TEST(Conductor, ClosesBehindAResponseThatHadBegunWhenADrainBegins) {
  ProxyWorld world;
  auto& client = world.connect();
  world.ask(client, get());
  world.accepted(8000).send(kBegun);
  world.settle();
  world.proxy().begin_drain(world.now());
  world.settle();
  EXPECT_FALSE(client.peer_closed());
  world.accepted(8000).send(" one");
  world.settle();
  EXPECT_EQ(field_of(client.received(), "Connection"), "(none)");
  EXPECT_EQ(body_of(client.received()), "last one");
  EXPECT_TRUE(client.peer_closed());
  client.close();
  world.settle();
  EXPECT_TRUE(world.proxy().is_drained());
}

TEST(Conductor, AnswersWhatWasAskedBehindAResponseThatHadBegunWhenADrainBegins) {
  ProxyWorld world;
  auto& client = world.connect();
  world.ask(client, get("/1"));
  world.accepted(8000).send(kBegun);
  world.settle();
  world.proxy().begin_drain(world.now());
  world.answer_with(8000, ok("next"));
  client.send(get("/2"));
  world.settle();
  world.accepted(8000).send(" one");
  world.settle();
  EXPECT_EQ(client.received().substr(client.received().rfind("\r\n\r\n") + 4), "next");
  EXPECT_TRUE(client.peer_closed());
}

TEST(Conductor, ClosesBehindAResponseThatHadBegunWhenItsListenerWent) {
  SnapshotSpec spec;
  spec.listener_ports = {80, 81};
  ProxyWorld world(spec);
  auto& client = world.connect(81);
  world.ask(client, get());
  world.accepted(8000).send(kBegun);
  world.settle();
  spec.listener_ports = {80};
  world.publish(spec);
  world.accepted(8000).send(" one");
  world.settle();
  EXPECT_EQ(body_of(client.received()), "last one");
  EXPECT_TRUE(client.peer_closed());
}

TEST(Conductor, AnswersARequestThatIsOnItsWayWhenADrainBegins) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string request = get();
  world.ask(client, request.substr(0, 10));
  world.proxy().begin_drain(world.now());
  world.settle();
  EXPECT_FALSE(client.peer_closed());
  const std::string response = world.ask(client, request.substr(10));
  EXPECT_EQ(body_of(response), "ok");
  EXPECT_EQ(field_of(response, "Connection"), "close");
}

TEST(Conductor, TakesNewSnapshotsWhileItDrains) {
  SnapshotSpec spec;
  spec.listener_ports = {80, 81};
  ProxyWorld world(spec);
  auto& client = world.connect(80);
  auto& other = world.connect(81);
  world.ask(client, "GET / HT");
  world.ask(other, "GET / HT");
  world.proxy().begin_drain(world.now());
  spec.listener_ports = {81};
  spec.rules = {testing::rule("new", route::FixedResponse{200, "", "new"})};
  world.publish(spec);
  EXPECT_EQ(body_of(world.ask(other, "TP/1.1\r\nHost: a\r\n\r\n")), "new");
  EXPECT_EQ(world.ask(client, "TP/1.1\r\nHost: a\r\n\r\n").substr(9, 3), "503");
}

}  // namespace
}  // namespace penstock::proxy
