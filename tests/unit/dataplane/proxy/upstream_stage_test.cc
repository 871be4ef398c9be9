// SPDX-License-Identifier: Apache-2.0
//
// The upstream stage of the conductor: which backend and connection a request gets, and what
// happens when that fails.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dataplane/proxy/proxy_protocol.h"
#include "tests/support/http_text.h"
#include "tests/support/proxy_world.h"

namespace penstock::proxy {
namespace {

using base::Duration;
using testing::body_of;
using testing::field_of;
using testing::get;
using testing::ok;
using testing::post;
using testing::ProxyWorld;
using testing::SnapshotSpec;
using testing::status_of;
using testing::with_backends;

const std::vector<uint16_t> kOrigins = {8000, 8001, 8002};

TEST(UpstreamStage, ReusesAConnectionForTheNextRequest) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  world.ask(world.connect(), get());
  world.ask(world.connect(), get());
  EXPECT_EQ(world.requests(8000).size(), 2u);
  EXPECT_EQ(world.accepted_count(8000), 1u);
  EXPECT_EQ(world.backend_counters(8000).reuses.read(), 1u);
  EXPECT_EQ(world.backend_counters(8000).connections_idle.read(), 1u);
}

TEST(UpstreamStage, TriesAnotherBackendWhenOneRefuses) {
  ProxyWorld world(with_backends({8000, 8001}));
  world.stop_listening(8000);
  world.answer_with(8001, ok());
  auto& client = world.connect();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(body_of(world.ask(client, get())), "ok");
  EXPECT_EQ(body_of(world.ask(client, post("data"))), "ok");
  EXPECT_EQ(world.backend_counters(8000).connect_failures.read(), 1u);
  EXPECT_EQ(world.counters().retries.read(), 1u);
  EXPECT_EQ(world.listener_counters().retries.read(), 1u);
  const upstream::FailureCounts& failures = world.backend_counters(8000).failures;
  EXPECT_EQ(failures.read(http::ReplyReason::ConnectRefused), 1u);
}

// Each way to fail, once: by itself, not together with another.
TEST(UpstreamStage, CountsWhyABackendFailed) {
  struct Case {
    std::string answer;  // none: it says nothing
    bool resets = false;
    http::ReplyReason reason;
  };
  const Case cases[] = {
      {"nonsense\r\n\r\n", false, http::ReplyReason::BadResponse},
      {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", false, http::ReplyReason::BadResponse},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", true,
       http::ReplyReason::TruncatedResponse},
      {"HTTP/1.1 200 OK\r\nA: " + std::string(40'000, 'a') + "\r\n\r\n", false,
       http::ReplyReason::ResponseHeadTooLarge},
      {"", true, http::ReplyReason::ResetBeforeResponse},
      {"", false, http::ReplyReason::ResponseTimeout},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", false,
       http::ReplyReason::ResponseBodyTimeout},
  };
  for (const Case& each : cases) {
    ProxyWorld world;
    world.ask(world.connect(), post("data"));
    world.accepted(8000).send(each.answer);
    world.settle();
    if (each.resets) world.accepted(8000).abort();
    world.run_for(Duration::from_s(120));
    const upstream::FailureCounts& failures = world.backend_counters(8000).failures;
    for (const http::ReplyReason reason : upstream::kBackendFailures) {
      EXPECT_EQ(failures.read(reason), reason == each.reason ? 1u : 0u)
          << http::reply_text(reason) << " for " << http::reply_text(each.reason);
    }
  }
}

TEST(UpstreamStage, TriesABackendAgainWhenItHasCooledDown) {
  ProxyWorld world(with_backends({8000, 8001}));
  world.stop_listening(8000);
  world.answer_with(8000, ok("first"));
  world.answer_with(8001, ok("second"));
  auto& client = world.connect();
  world.ask(client, get());
  world.ask(client, get());
  EXPECT_EQ(world.backend_counters(8000).connect_failures.read(), 1u);
  world.listen(8000);
  EXPECT_EQ(body_of(world.ask(client, get())), "second");
  EXPECT_EQ(body_of(world.ask(client, get())), "second");
  world.run_for(Duration::from_s(1));
  std::string answers = body_of(world.ask(client, get()));
  answers += body_of(world.ask(client, get()));
  EXPECT_NE(answers.find("first"), std::string::npos);
}

TEST(UpstreamStage, GivesUpWhenAllBackendsRefuse) {
  ProxyWorld world(with_backends({8000, 8001, 8002}));
  for (const uint16_t port : kOrigins) world.stop_listening(port);
  auto& client = world.connect();
  const std::string response = world.ask(client, get());
  EXPECT_EQ(status_of(response), "HTTP/1.1 502 Bad Gateway");
  EXPECT_EQ(field_of(response, "Penstock-Reason"), "connect_refused");
  EXPECT_EQ(field_of(response, "Connection"), "(none)");
  EXPECT_EQ(world.records().at(0).tries, 3u);
  world.listen(8000);
  world.answer_with(8000, ok());
  EXPECT_EQ(world.ask(client, get()).substr(9, 3), "200")
      << "cooling backends are better than none";
}

TEST(UpstreamStage, AnswersWhenAPoolIsEmpty) {
  ProxyWorld world(with_backends({}));
  auto& client = world.connect();
  const std::string response = world.ask(client, get());
  EXPECT_EQ(response.substr(9, 3), "503");
  EXPECT_EQ(field_of(response, "Penstock-Reason"), "no_backend");
  EXPECT_EQ(field_of(response, "Retry-After"), "1");
  EXPECT_EQ(field_of(response, "Connection"), "(none)");
}

TEST(UpstreamStage, AnswersWhenAllOfAPoolDrains) {
  SnapshotSpec spec;
  spec.pools = {
      testing::pool_of({testing::backend_at(8000, 1, balance::Backend::State::Draining)})};
  ProxyWorld world(spec);
  const std::string response = world.ask(world.connect(), get());
  EXPECT_EQ(response.substr(9, 3), "503");
  EXPECT_EQ(field_of(response, "Penstock-Reason"), "pool_draining");
}

TEST(UpstreamStage, TriesNoMoreBackendsThanItMay) {
  SnapshotSpec spec = with_backends({8000, 8001, 8002});
  spec.pools[0].retries.tries = 2;
  ProxyWorld world(spec);
  for (const uint16_t port : kOrigins) world.stop_listening(port);
  EXPECT_EQ(world.ask(world.connect(), get()).substr(9, 3), "502");
  uint64_t connects = 0;
  for (const uint16_t port : kOrigins) {
    connects += world.backend_counters(port).connects.read();
  }
  EXPECT_EQ(connects, 2u);
}

TEST(UpstreamStage, TakesTurnsOverWhatIsLeftWhenABackendRefuses) {
  ProxyWorld world(with_backends({8000, 8001, 8002}));
  world.stop_listening(8000);
  world.answer_with(8001, ok("1"));
  world.answer_with(8002, ok("2"));
  auto& client = world.connect();
  EXPECT_EQ(body_of(world.ask(client, get())), "1") << "the next in turn, none is passed over";
}

TEST(UpstreamStage, GoesToAnotherBackendWhenAConnectTakesTooLong) {
  SnapshotSpec spec = with_backends({8000, 8001});
  spec.pools[0].connect_timeout = Duration::from_ms(500);
  ProxyWorld world(spec);
  world.silence(8000);
  world.answer_with(8001, ok());
  auto& client = world.connect();
  client.send(get());
  world.run_for(Duration::from_ms(400));
  EXPECT_EQ(client.received(), "");
  world.run_for(Duration::from_ms(200));
  EXPECT_EQ(body_of(client.received()), "ok");
}

TEST(UpstreamStage, SaysThatTheConnectTookTooLongWhenNobodyElseIsThere) {
  SnapshotSpec spec = with_backends({8000});
  spec.pools[0].connect_timeout = Duration::from_ms(500);
  ProxyWorld world(spec);
  world.silence(8000);
  auto& client = world.connect();
  client.send(get());
  world.run_for(Duration::from_s(1));
  EXPECT_EQ(client.received().substr(9, 3), "504");
  EXPECT_EQ(field_of(client.received(), "Penstock-Reason"), "connect_timeout");
}

// The only backend has an idle connection, takes the next request on it, and closes.
class StaleConnection : public ::testing::Test {
 protected:
  // The request arrives on the old connection, which dies without a word.
  void ask_and_die(const std::string& request) {
    world_.ask(client_, get());
    world_.accepted(8000).send(ok());
    world_.settle();
    client_.take_received();
    world_.ask(client_, request);
    ASSERT_NE(world_.accepted(8000).received().find(request.substr(0, 4)), std::string::npos);
    world_.accepted(8000).abort();
    world_.settle();
  }
  ProxyWorld world_;
  testing::PeerConnection& client_ = world_.connect();
};

TEST_F(StaleConnection, IsReplacedForAGet) {
  ask_and_die(get("/again"));
  ASSERT_EQ(world_.accepted_count(8000), 2u);
  EXPECT_EQ(status_of(world_.accepted(8000, 1).received()), "GET /again HTTP/1.1");
  world_.accepted(8000, 1).send(ok("fresh"));
  world_.settle();
  EXPECT_EQ(body_of(client_.received()), "fresh");
  EXPECT_EQ(world_.counters().retries.read(), 1u);
}

TEST_F(StaleConnection, IsReplacedOnlyOnce) {
  ask_and_die(get("/again"));
  world_.accepted(8000, 1).abort();
  world_.settle();
  EXPECT_EQ(world_.accepted_count(8000), 2u);
  EXPECT_EQ(client_.received().substr(9, 3), "502");
}

TEST_F(StaleConnection, IsTheEndOfAPost) {
  ask_and_die(post(""));
  EXPECT_EQ(world_.accepted_count(8000), 1u);
  EXPECT_EQ(client_.received().substr(9, 3), "502");
  EXPECT_EQ(field_of(client_.received(), "Penstock-Reason"), "reset_before_response");
}

TEST_F(StaleConnection, IsTheEndOfARequestWhoseBodyHasLeft) {
  ask_and_die("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_EQ(world_.accepted_count(8000), 1u);
  EXPECT_EQ(client_.received().substr(9, 3), "502");
}

TEST_F(StaleConnection, IsTheEndOfARequestWhoseEmptyChunkedBodyHasLeft) {
  ask_and_die("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  EXPECT_EQ(world_.accepted_count(8000), 1u) << "a second try would lack its last chunk";
  EXPECT_EQ(client_.received().substr(9, 3), "502");
}

const std::string kChunkedPost = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(UpstreamStage, RefusesAChunkedBodyThatGrowsBeyondItsLimit) {
  SnapshotSpec spec;
  spec.limits.request_body_bytes = 10;
  ProxyWorld world(spec);
  auto& client = world.connect();
  world.ask(client, kChunkedPost + "8\r\n12345678\r\n");
  EXPECT_EQ(body_of(world.accepted(8000).received()), "8\r\n12345678");
  const std::string response = world.ask(client, "3\r\n901\r\n0\r\n\r\n");
  EXPECT_EQ(response.substr(9, 3), "413");
  EXPECT_EQ(field_of(response, "Connection"), "close");
  EXPECT_TRUE(world.accepted(8000).was_reset());
  EXPECT_EQ(world.accepted(8000).received().find("901"), std::string::npos);
}

TEST(UpstreamStage, RefusesABodyThatIsWronglyChunked) {
  ProxyWorld world;
  auto& client = world.connect();
  world.ask(client, kChunkedPost);
  const std::string response = world.ask(client, "8\r\n12345678XX\r\n" + get());
  EXPECT_EQ(response.substr(9, 3), "400");
  EXPECT_EQ(field_of(response, "Penstock-Reason"), "chunk_end_invalid");
  EXPECT_EQ(testing::count_of(response, "HTTP/1.1 "), 1u);
  EXPECT_TRUE(world.accepted(8000).was_reset());
}

TEST(UpstreamStage, ClosesAClientThatClosesInTheMiddleOfItsBody) {
  ProxyWorld world;
  auto& client = world.connect();
  world.ask(client, kChunkedPost + "8\r\n1234");
  client.close();
  world.settle();
  EXPECT_TRUE(client.peer_closed());
  EXPECT_TRUE(world.accepted(8000).was_reset());
  EXPECT_EQ(world.counters().downstream_aborts.read(), 1u);
}

TEST(UpstreamStage, SendsAPostOnlyOnAConnectionThatWasUsedASecondAgo) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  world.ask(client, get());
  world.ask(client, post("soon"));
  EXPECT_EQ(world.accepted_count(8000), 1u);
  world.run_for(Duration::from_ms(1100));
  world.ask(client, post("late"));
  EXPECT_EQ(world.accepted_count(8000), 2u);
}

TEST(UpstreamStage, FinishesWithADrainingBackendAndSendsItNothingNew) {
  SnapshotSpec spec = with_backends({8000, 8001});
  ProxyWorld world(spec);
  auto& busy = world.connect();
  auto& idle = world.connect();
  world.ask(busy, get("/busy"));
  world.ask(idle, get("/idle"));
  world.answer_with(8001, ok());
  world.settle();
  auto& other = world.connect();
  spec.pools = {testing::pool_of({testing::backend_at(8000, 1, balance::Backend::State::Draining),
                                  testing::backend_at(8001)})};
  world.publish(spec);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(body_of(world.ask(other, get())), "ok");
  EXPECT_EQ(world.accepted_count(8000), 1u);
  world.accepted(8000).send(ok("busy"));
  world.settle();
  EXPECT_EQ(body_of(busy.received()), "busy");
  EXPECT_TRUE(world.accepted(8000).peer_closed());
}

TEST(UpstreamStage, ClosesTheIdleConnectionsOfABackendThatDrainsOrIsGone) {
  SnapshotSpec spec = with_backends({8000, 8001, 8002});
  ProxyWorld world(spec);
  for (const uint16_t port : kOrigins) world.answer_with(port, ok());
  auto& client = world.connect();
  for (int i = 0; i < 3; ++i) world.ask(client, get());
  spec.pools = {testing::pool_of({testing::backend_at(8000, 1, balance::Backend::State::Draining),
                                  testing::backend_at(8001)})};
  world.publish(spec);
  world.settle();
  EXPECT_TRUE(world.accepted(8000).peer_closed());
  EXPECT_FALSE(world.accepted(8001).peer_closed());
  EXPECT_TRUE(world.accepted(8002).peer_closed());
}

TEST(UpstreamStage, FinishesWithARemovedBackendAndKeepsNothingOfIt) {
  SnapshotSpec spec = with_backends({8000});
  ProxyWorld world(spec);
  auto& client = world.connect();
  world.ask(client, get());
  world.publish(with_backends({8001}));
  world.accepted(8000).send(ok("from the old one"));
  world.settle();
  EXPECT_EQ(body_of(client.take_received()), "from the old one");
  EXPECT_TRUE(world.accepted(8000).peer_closed());
  world.answer_with(8001, ok("from the new one"));
  EXPECT_EQ(body_of(world.ask(client, get())), "from the new one");
}

TEST(UpstreamStage, DoesNotReuseAConnectionThatTheBackendWillClose) {
  ProxyWorld world;
  world.answer_with(8000, ok("x", "Connection: close\r\n"));
  auto& client = world.connect();
  EXPECT_EQ(field_of(world.ask(client, get()), "Connection"), "(none)");
  EXPECT_EQ(body_of(world.ask(client, get())), "x");
  EXPECT_EQ(world.accepted_count(8000), 2u);
}

TEST(UpstreamStage, DoesNotReuseAConnectionWithUnreadBytes) {
  ProxyWorld world;
  world.answer_with(8000, ok("x") + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
  auto& client = world.connect();
  EXPECT_EQ(body_of(world.ask(client, get())), "x");
  EXPECT_EQ(body_of(world.ask(client, get())), "x");
  EXPECT_EQ(world.accepted_count(8000), 2u);
}

TEST(UpstreamStage, DropsAnIdleConnectionThatSpeaksUnasked) {
  ProxyWorld world;
  world.answer_with(8000, ok("x"));
  auto& client = world.connect();
  world.ask(client, get());
  world.accepted(8000).send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
  world.settle();
  EXPECT_EQ(world.backend_counters(8000).connections_idle.read(), 0u);
  EXPECT_EQ(body_of(world.ask(client, get())), "x");
}

TEST(UpstreamStage, MakesRoomForABackendWhenIdleConnectionsOfAnotherFillThePool) {
  testing::ProxyWorldSettings settings;
  settings.proxy.backend_connections_max = 2;
  SnapshotSpec spec;
  route::Rule other = testing::rule("other", route::Forward{1});
  other.path = {route::PathMatch::Kind::Exact, "/other"};
  spec.rules.push_back(other);
  spec.pools = {testing::pool_at({8000}), testing::pool_at({8001})};
  ProxyWorld world(spec, settings);
  auto& first = world.connect();
  auto& second = world.connect();
  first.send(get());
  second.send(get());
  world.settle();
  world.accepted(8000, 0).send(ok());
  world.accepted(8000, 1).send(ok());
  world.settle();
  EXPECT_EQ(world.backend_counters(8000).connections_idle.read(), 2u);
  world.answer_with(8001, ok("room"));
  first.take_received();
  EXPECT_EQ(body_of(world.ask(first, get("/other"))), "room");
  EXPECT_EQ(world.backend_counters(8000).connections_idle.read(), 1u);
}

TEST(UpstreamStage, SaysWhenEveryBackendConnectionIsInUse) {
  testing::ProxyWorldSettings settings;
  settings.proxy.backend_connections_max = 1;
  ProxyWorld world({}, settings);
  world.ask(world.connect(), get());
  const std::string response = world.ask(world.connect(), get());
  EXPECT_EQ(response.substr(9, 3), "503");
  EXPECT_EQ(field_of(response, "Penstock-Reason"), "over_limit");
}

// --- How connections are reused.

TEST(ReusePolicy, NeverGivesEachRequestAConnectionOfItsOwn) {
  SnapshotSpec spec;
  spec.pools[0].reuse = upstream::ReusePolicy::Never;
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  auto& client = world.connect();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(body_of(world.ask(client, get())), "ok");
  EXPECT_EQ(world.accepted_count(8000), 3u);
}

TEST(ReusePolicy, AlwaysGivesOldConnectionsToAnyRequest) {
  for (const auto policy : {upstream::ReusePolicy::Always, upstream::ReusePolicy::Safe}) {
    SnapshotSpec spec;
    spec.pools[0].reuse = policy;
    ProxyWorld world(spec);
    world.answer_with(8000, ok());
    auto& client = world.connect();
    world.ask(client, get());
    world.run_for(Duration::from_s(2));
    world.ask(client, post("x"));
    EXPECT_EQ(world.accepted_count(8000), policy == upstream::ReusePolicy::Always ? 1u : 2u);
  }
}

// --- Backends that are told of the client.

class AnnouncedClient : public ::testing::TestWithParam<AnnounceClient> {};

TEST_P(AnnouncedClient, ComesAheadOfItsRequestOnAConnectionOfItsOwn) {
  SnapshotSpec spec;
  spec.pools[0].announce_client = GetParam();
  ProxyWorld world(spec);
  auto& client = world.connect();
  for (size_t i = 0; i < 2; ++i) {
    client.send(get());
    world.settle();
    const std::string& received = world.accepted(8000, i).received();
    const ProxyHeaderStep step = parse_proxy_header(base::as_bytes(received));
    ASSERT_EQ(step.state, ProxyHeaderStep::State::Complete);
    EXPECT_EQ(step.endpoints->client, client.local());
    EXPECT_EQ(step.endpoints->server.format(), "10.0.0.1:80");
    EXPECT_EQ(received.substr(step.bytes, 6), "GET / ");
    world.accepted(8000, i).send(ok());
    world.settle();
    EXPECT_EQ(body_of(client.take_received()), "ok");
    EXPECT_TRUE(world.accepted(8000, i).peer_closed());
  }
}

// The first segment is lost and the second tells that there is a connection: the backend resets it
// and has acknowledged nothing.
TEST_P(AnnouncedClient, IsAnnouncedOnceToWhoGetsTheRequestInstead) {
  SnapshotSpec spec = with_backends({8000, 8001});
  spec.pools[0].announce_client = GetParam();
  ProxyWorld world(spec);
  auto& client = world.connect();
  world.settle();
  world.lose_one(8000, 1000);
  client.send(post(std::string(4000, 'x')));
  for (int i = 0; i < 100 && world.accepted_count(8000) == 0; ++i) {
    world.run_for(Duration::from_us(20));
  }
  ASSERT_EQ(world.accepted_count(8000), 1u);
  world.accepted(8000).abort();
  world.settle();
  ASSERT_EQ(world.accepted_count(8001), 1u);
  const std::string& received = world.accepted(8001).received();
  const ProxyHeaderStep step = parse_proxy_header(base::as_bytes(received));
  ASSERT_EQ(step.state, ProxyHeaderStep::State::Complete);
  EXPECT_EQ(received.substr(step.bytes, 7), "POST / ");
  EXPECT_EQ(body_of(received.substr(step.bytes)), std::string(4000, 'x'));
}

INSTANTIATE_TEST_SUITE_P(Versions, AnnouncedClient,
                         ::testing::Values(AnnounceClient::V1, AnnounceClient::V2));

}  // namespace
}  // namespace penstock::proxy
