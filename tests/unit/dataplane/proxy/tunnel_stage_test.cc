// SPDX-License-Identifier: Apache-2.0
//
// Upgrades: which requests may have one, and what a tunnel does until it ends.
#include <gtest/gtest.h>

#include <string>

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

const std::string kUpgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
const std::string kSwitching =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Accept: x\r\n\r\n";

SnapshotSpec with_timeouts(Timeouts timeouts) {
  SnapshotSpec spec;
  spec.timeouts = timeouts;
  return spec;
}

class TunnelStage : public ::testing::Test {
 protected:
  explicit TunnelStage(const SnapshotSpec& spec = with_timeouts({.tunnel = Duration::from_s(20)}))
      : world_(spec), client_(world_.connect()) {
    world_.ask(client_, get("/chat", kUpgrade));
  }
  testing::PeerConnection& backend() { return world_.accepted(8000); }
  void open() {
    backend().take_received();
    backend().send(kSwitching);
    world_.settle();
    head_ = client_.take_received();
  }

  ProxyWorld world_;
  testing::PeerConnection& client_;
  std::string head_;
};

TEST_F(TunnelStage, AsksTheBackendForTheUpgrade) {
  EXPECT_EQ(field_of(backend().received(), "Connection"), "Upgrade");
  EXPECT_EQ(field_of(backend().received(), "Upgrade"), "websocket");
}

TEST_F(TunnelStage, CarriesTheClientsLastBytesWhenTheBackendHasClosed) {
  open();
  backend().close();
  world_.settle();
  EXPECT_TRUE(client_.peer_closed());
  client_.send("bye");
  client_.close();
  world_.settle();
  EXPECT_EQ(backend().received(), "bye");
  EXPECT_TRUE(backend().peer_closed());
  EXPECT_FALSE(backend().was_reset());
  EXPECT_EQ(world_.counters().downstream_aborts.read(), 0u);
  EXPECT_EQ(world_.counters().tunnels_open.read(), 0u);
  EXPECT_EQ(world_.records().at(0).reason, http::ReplyReason::None);
}

TEST_F(TunnelStage, CarriesTheClientsLastBytesToABackendThatIsSlowToTakeThem) {
  open();
  backend().stop_reading();
  backend().close();
  world_.settle();
  const std::string much(400'000, 'x');
  client_.send(much);
  client_.close();
  world_.run_for(Duration::from_s(1));
  backend().read_again();
  world_.run_for(Duration::from_s(10));
  EXPECT_EQ(backend().received(), much);
  EXPECT_TRUE(backend().peer_closed());
}

TEST_F(TunnelStage, SaysWhenTheBackendHasResetIt) {
  open();
  backend().abort();
  world_.settle();
  EXPECT_TRUE(client_.was_reset());
  EXPECT_EQ(world_.records().at(0).reason, http::ReplyReason::TunnelReset);
  EXPECT_EQ(world_.replies(http::ReplyReason::TunnelReset), 1u);
  EXPECT_EQ(world_.backend_counters(8000).resets.read(), 1u);
}

TEST_F(TunnelStage, MovesBytesBothWaysOnceTheBackendSwitches) {
  open();
  EXPECT_EQ(head_.substr(0, 12), "HTTP/1.1 101");
  EXPECT_EQ(field_of(head_, "Connection"), "Upgrade");
  EXPECT_EQ(field_of(head_, "Upgrade"), "websocket");
  EXPECT_EQ(field_of(head_, "Sec-WebSocket-Accept"), "x");
  client_.send("up");
  backend().send("down");
  world_.settle();
  EXPECT_EQ(backend().take_received(), "up");
  EXPECT_EQ(client_.take_received(), "down");
  EXPECT_EQ(world_.counters().tunnels_open.read(), 1u);
}

TEST_F(TunnelStage, DeliversWhatFollowedTheHeadsAtOnce) {
  client_.send("early");
  backend().take_received();
  backend().send(kSwitching + "hello");
  world_.settle();
  EXPECT_EQ(body_of(client_.received()), "hello");
  EXPECT_EQ(backend().received(), "early");
}

TEST_F(TunnelStage, KeepsItsBytesBackUntilTheBackendHasSwitched) {
  backend().take_received();
  client_.send(get("/smuggled"));
  world_.settle();
  EXPECT_EQ(backend().received(), "");
  backend().send(ok());
  world_.settle();
  EXPECT_EQ(field_of(backend().received(), "Upgrade"), "(none)") << "a request of its own";
  EXPECT_EQ(world_.counters().tunnels.read(), 0u);
}

TEST_F(TunnelStage, LetsGoOfTheBackendWhenTheClientResets) {
  open();
  client_.abort();
  world_.settle();
  EXPECT_TRUE(backend().was_reset());
}

TEST_F(TunnelStage, OutlivesEveryTimeoutButItsOwn) {
  open();
  for (int i = 0; i < 10; ++i) {
    world_.run_for(Duration::from_s(15));
    backend().send("tick");
  }
  world_.settle();
  EXPECT_EQ(client_.received().size(), 40u);
  world_.run_for(Duration::from_s(21));
  EXPECT_TRUE(client_.was_reset());
  EXPECT_TRUE(backend().was_reset());
  EXPECT_EQ(world_.replies(http::ReplyReason::TunnelTimeout), 1u);
}

class HalfClosedTunnel : public TunnelStage {
 protected:
  HalfClosedTunnel()
      : TunnelStage(with_timeouts(
            {.tunnel = Duration::from_s(3600), .client_write = Duration::from_s(9)})) {
    open();
    world_.run_for(Duration::from_s(60));
    backend().close();
    world_.settle();
  }
};

TEST_F(HalfClosedTunnel, HoldsItsPlacesForNobodyWhenNothingMoves) {
  EXPECT_TRUE(client_.peer_closed());
  world_.run_for(Duration::from_s(8));
  EXPECT_EQ(world_.pool_counters().connections_open.read(), 1u);
  world_.run_for(Duration::from_s(2));
  EXPECT_EQ(world_.pool_counters().connections_open.read(), 0u);
  EXPECT_TRUE(client_.was_reset());
}

TEST_F(HalfClosedTunnel, GoesOnAsLongAsSomethingMoves) {
  for (int i = 0; i < 10; ++i) {
    client_.send("tick");
    world_.run_for(Duration::from_s(5));
  }
  EXPECT_EQ(backend().received().size(), 40u);
  EXPECT_EQ(world_.pool_counters().connections_open.read(), 1u);
}

class OldTunnel : public TunnelStage {
 protected:
  OldTunnel() : TunnelStage(with_timeouts({.client_age = Duration::from_s(10)})) {}
};

TEST_F(OldTunnel, IsNotSaidToEndForItsAge) {
  open();
  world_.run_for(Duration::from_s(15));
  backend().close();
  client_.close();
  world_.settle();
  EXPECT_EQ(world_.counters().tunnels_open.read(), 0u);
  EXPECT_EQ(world_.replies(http::ReplyReason::KeepAliveAge), 0u);
}

TEST_F(TunnelStage, IsNoneWhenTheBackendAnswersOtherwise) {
  backend().send(ok("plain"));
  world_.settle();
  EXPECT_EQ(body_of(client_.received()), "plain");
  client_.take_received();
  world_.answer_with(8000, ok("next"));
  EXPECT_EQ(body_of(world_.ask(client_, get())), "next");
}

// Whether the backend is asked for an upgrade.
bool is_asked(const std::string& request, Upgrades upgrades = Upgrades::Any) {
  SnapshotSpec spec;
  spec.upgrades = upgrades;
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  world.ask(world.connect(), request);
  return field_of(world.requests(8000).at(0), "Upgrade") != "(none)";
}

TEST(Upgrade, IsAskedForByConnectionAndUpgradeTogether) {
  EXPECT_TRUE(is_asked(get("/", kUpgrade)));
  EXPECT_TRUE(is_asked(get("/", "Connection: keep-alive, upgrade\r\nUpgrade: IRC/6.9\r\n")));
  EXPECT_FALSE(is_asked(get("/", "Upgrade: websocket\r\n")));
  EXPECT_FALSE(is_asked(get("/", "Connection: Upgrade\r\n")));
}

TEST(Upgrade, IsNeverToWhatHidesRequestsFromRules) {
  for (const char* protocol : {"h2c", "H2C", "websocket, h2c", "HTTP/2.0", "TLS/1.2", "h2"}) {
    EXPECT_FALSE(
        is_asked(get("/", "Connection: Upgrade\r\nUpgrade: " + std::string(protocol) + "\r\n")))
        << protocol;
  }
}

TEST(Upgrade, IsNotForHttp10NorForARequestWithABody) {
  EXPECT_FALSE(is_asked("GET / HTTP/1.0\r\nHost: a\r\n" + kUpgrade + "\r\n"));
  EXPECT_FALSE(
      is_asked("POST / HTTP/1.1\r\nHost: a\r\n" + kUpgrade + "Content-Length: 2\r\n\r\nhi"));
}

TEST(Upgrade, IsAsTheConfigurationSays) {
  EXPECT_FALSE(is_asked(get("/", kUpgrade), Upgrades::Never));
  EXPECT_TRUE(is_asked(get("/", kUpgrade), Upgrades::WebSocket));
  EXPECT_FALSE(is_asked(get("/", "Connection: Upgrade\r\nUpgrade: irc\r\n"), Upgrades::WebSocket));
}

TEST(Upgrade, ThatNobodyAskedForIs502) {
  ProxyWorld world;
  world.answer_with(8000, kSwitching);
  const std::string answer = world.ask(world.connect(), get());
  EXPECT_EQ(answer.substr(9, 3), "502");
  EXPECT_EQ(field_of(answer, "Penstock-Reason"), "bad_response");
}

}  // namespace
}  // namespace penstock::proxy
