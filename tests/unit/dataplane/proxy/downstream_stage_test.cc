// SPDX-License-Identifier: Apache-2.0
//
// The downstream stage of the conductor: clients that come, ask again and again, and go.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/http_text.h"
#include "tests/support/proxy_world.h"

namespace penstock::proxy {
namespace {

using base::Duration;
using testing::body_of;
using testing::count_of;
using testing::field_of;
using testing::get;
using testing::ok;
using testing::ProxyWorld;
using testing::ProxyWorldSettings;
using testing::SnapshotSpec;
using testing::status_of;

TEST(DownstreamStage, AnswersManyRequestsOnOneConnection) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(body_of(world.ask(client, get())), "ok");
  EXPECT_EQ(world.counters().requests.read(), 20u);
  EXPECT_EQ(world.counters().downstream_accepted.read(), 1u);
  EXPECT_FALSE(client.peer_closed());
}

TEST(DownstreamStage, ClosesWhenTheClientAsksForIt) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string response = world.ask(client, get("/", "Connection: close\r\n"));
  EXPECT_EQ(field_of(response, "Connection"), "close");
  EXPECT_TRUE(client.peer_closed());
  EXPECT_EQ(world.accepted(8000).is_over(), false) << "the backend's connection is kept";
}

TEST(DownstreamStage, AnswersAThousandPipelinedRequestsInOrder) {
  SnapshotSpec spec;
  spec.rules.clear();
  for (int i = 0; i < 10; ++i) {
    route::Rule rule = testing::rule("r", route::FixedResponse{200, "", std::to_string(i)});
    rule.path = {route::PathMatch::Kind::Exact, "/" + std::to_string(i)};
    spec.rules.push_back(rule);
  }
  ProxyWorld world(spec);
  auto& client = world.connect();
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += get("/" + std::to_string(i % 10));
  std::string responses = world.ask(client, requests);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(body_of(responses).substr(0, 1), std::to_string(i % 10)) << i;
    responses.erase(0, responses.find("\r\n\r\n") + 5);
  }
  EXPECT_EQ(responses, "");
}

TEST(DownstreamStage, AnswersAThousandPipelinedRequestsFromABackendInOrder) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += get("/" + std::to_string(i));
  EXPECT_EQ(count_of(world.ask(client, requests), "\r\n\r\nok"), 1000u);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(status_of(world.requests(8000).at(i)), "GET /" + std::to_string(i) + " HTTP/1.1");
  }
  EXPECT_EQ(world.accepted_count(8000), 1u);
}

TEST(DownstreamStage, HoldsAPipelineBackFromAClientThatTakesNothing) {
  SnapshotSpec spec;
  spec.rules = {testing::rule("large", route::FixedResponse{200, "", std::string(16 * 1024, 'x')})};
  ProxyWorld world(spec);
  auto& client = world.connect();
  client.stop_reading();
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += get();
  client.send(requests);
  world.settle();
  EXPECT_LT(world.counters().requests.read(), 60u);
  client.read_again();
  world.settle();
  EXPECT_EQ(count_of(client.received(), "HTTP/1.1 200"), 200u);
}

TEST(DownstreamStage, AnswersAClientThatHasClosedItsSide) {
  ProxyWorld world;
  auto& client = world.connect();
  client.send(get());
  client.close();
  world.settle();
  EXPECT_FALSE(client.is_over());
  world.accepted(8000).send(ok());
  world.settle();
  EXPECT_EQ(body_of(client.received()), "ok");
  EXPECT_EQ(client.close_reason(), tcp::CloseReason::Finished);
}

TEST(DownstreamStage, ForgetsAClientThatClosesInTheMiddleOfAHead) {
  ProxyWorld world;
  auto& client = world.connect();
  client.send("GET / HT");
  client.close();
  world.settle();
  EXPECT_EQ(client.received(), "");
  EXPECT_EQ(client.close_reason(), tcp::CloseReason::Finished);
  EXPECT_EQ(world.counters().downstream_open.read(), 0u);
}

TEST(DownstreamStage, FreesEverythingWhenTheClientResetsInMidResponse) {
  ProxyWorld world;
  auto& client = world.connect();
  world.ask(client, get());
  world.accepted(8000).send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" +
                            std::string(300'000, 'x'));
  world.settle();
  client.abort();
  world.settle();
  EXPECT_EQ(world.counters().downstream_aborts.read(), 1u);
  EXPECT_EQ(world.counters().exchanges_open.read(), 0u);
  EXPECT_TRUE(world.accepted(8000).was_reset());
  EXPECT_EQ(world.proxy_node().pool.buffers_in_use(), 0u);
  EXPECT_EQ(world.proxy_node().pool.references_in_use(), 0u);
}

TEST(DownstreamStage, LingersUntilTheClientCloses) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  world.ask(client, get("/", "Connection: close\r\n"));
  EXPECT_EQ(world.counters().downstream_open.read(), 1u);
  client.send("still talking");
  world.run_for(Duration::from_ms(500));
  EXPECT_FALSE(client.is_over());
  client.close();
  world.settle();
  EXPECT_EQ(client.close_reason(), tcp::CloseReason::Finished);
  EXPECT_EQ(world.counters().downstream_open.read(), 0u);
}

TEST(DownstreamStage, LingersNoLongerThanItsTimeOut) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  world.ask(client, get("/", "Connection: close\r\n"));
  world.run_for(Duration::from_s(5));
  EXPECT_TRUE(client.was_reset());
  EXPECT_EQ(world.counters().downstream_open.read(), 0u);
}

// It reads the response when it has sent all of its request: a reset before would take that away.
TEST(DownstreamStage, LingersForAClientThatGoesOnSending) {
  SnapshotSpec spec;
  spec.limits.request_body_bytes = 10;
  ProxyWorld world(spec);
  auto& client = world.connect();
  const std::string answer =
      world.ask(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_EQ(field_of(answer, "Penstock-Reason"), "body_too_large");
  for (int i = 0; i < 20; ++i) {
    client.send(std::string(1000, 'x'));
    world.run_for(Duration::from_s(1));
    ASSERT_FALSE(client.is_over());
  }
  world.run_for(Duration::from_s(5));
  EXPECT_TRUE(client.was_reset());
}

TEST(DownstreamStage, LingersNotForEverForAClientThatGoesOnSending) {
  SnapshotSpec spec;
  spec.limits.request_body_bytes = 10;
  ProxyWorld world(spec);
  auto& client = world.connect();
  world.ask(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  int seconds = 0;
  for (; !client.is_over() && seconds < 100; ++seconds) {
    client.send(std::string(1000, 'x'));
    world.run_for(Duration::from_s(1));
  }
  EXPECT_GE(seconds, 29);
  EXPECT_LE(seconds, 36);
}

TEST(DownstreamStage, WaitsLongerForAClientThatStillTakesTheResponse) {
  SnapshotSpec spec;
  spec.rules = {testing::rule("large", route::FixedResponse{200, "", std::string(60'000, 'x')})};
  ProxyWorldSettings settings;
  settings.window_bytes = 8000;
  ProxyWorld world(spec, settings);
  auto& client = world.connect();
  client.stop_reading();
  world.ask(client, get("/", "Connection: close\r\n"));
  world.run_for(Duration::from_s(20));
  client.read_again();
  world.settle();
  EXPECT_EQ(body_of(client.received()).size(), 60'000u);
  EXPECT_TRUE(client.peer_closed());
}

TEST(DownstreamStage, RefusesClientsBeyondItsLimitAndRecovers) {
  ProxyWorldSettings settings;
  settings.proxy.downstreams_max = 2;
  ProxyWorld world({}, settings);
  world.answer_with(8000, ok());
  auto& first = world.connect();
  world.connect();
  world.settle();
  auto& third = world.connect();
  world.settle();
  EXPECT_TRUE(third.was_reset());
  EXPECT_EQ(world.replies(http::ReplyReason::OverLimit), 1u);
  EXPECT_EQ(world.listener_replies(http::ReplyReason::OverLimit), 1u);
  first.close();
  world.settle();
  EXPECT_EQ(body_of(world.ask(world.connect(), get())), "ok");
}

TEST(DownstreamStage, RefusesRequestsBeyondItsLimitAndRecovers) {
  ProxyWorldSettings settings;
  settings.proxy.exchanges_max = 1;
  ProxyWorld world({}, settings);
  auto& first = world.connect();
  world.ask(first, get());
  auto& second = world.connect();
  world.ask(second, get());
  EXPECT_TRUE(second.was_reset());
  world.accepted(8000).send(ok());
  world.settle();
  EXPECT_EQ(body_of(first.take_received()), "ok");
  world.answer_with(8000, ok());
  EXPECT_EQ(body_of(world.ask(world.connect(), get())), "ok");
}

// --- Clients that are announced by a PROXY protocol header.

SnapshotSpec announced() {
  SnapshotSpec spec;
  spec.proxy_header = ProxyHeader::Required;
  spec.timeouts.client_header = Duration::from_s(7);
  return spec;
}

TEST(ProxyHeader, NamesTheClient) {
  ProxyWorld world(announced());
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string answer =
      world.ask(client, "PROXY TCP4 192.0.2.7 198.51.100.1 1234 8443\r\n" + get());
  EXPECT_EQ(body_of(answer), "ok");
  EXPECT_EQ(field_of(world.requests(8000)[0], "X-Forwarded-For"), "192.0.2.7");
  EXPECT_EQ(field_of(world.requests(8000)[0], "X-Forwarded-Port"), "8443");
  EXPECT_EQ(world.records().at(0).client.format(), "192.0.2.7:1234");
  // Once for all requests of the connection.
  EXPECT_EQ(body_of(world.ask(client, get())), "ok");
  EXPECT_EQ(field_of(world.requests(8000)[1], "X-Forwarded-For"), "192.0.2.7");
}

TEST(ProxyHeader, MayComeByteByByte) {
  ProxyWorld world(announced());
  world.answer_with(8000, ok());
  auto& client = world.connect();
  for (const char byte : "PROXY TCP4 192.0.2.7 198.51.100.1 1234 80\r\n" + get()) {
    client.send(std::string(1, byte));
    world.run_for(Duration::from_us(200));
  }
  world.settle();
  EXPECT_EQ(body_of(client.received()), "ok");
  EXPECT_EQ(field_of(world.requests(8000).at(0), "X-Forwarded-For"), "192.0.2.7");
}

TEST(ProxyHeader, OfALocalConnectionLeavesItsOwnAddress) {
  ProxyWorld world(announced());
  world.answer_with(8000, ok());
  auto& client = world.connect();
  world.ask(client, "PROXY UNKNOWN\r\n" + get());
  EXPECT_EQ(field_of(world.requests(8000).at(0), "X-Forwarded-For"), "10.0.0.2");
}

TEST(ProxyHeader, IsRequiredWhereTheListenerSaysSo) {
  for (const std::string& first : {get(), std::string("PROXY TCP4 nonsense\r\n")}) {
    ProxyWorld world(announced());
    auto& client = world.connect();
    EXPECT_EQ(world.ask(client, first), "");
    EXPECT_TRUE(client.was_reset());
    EXPECT_EQ(world.counters().proxy_headers_refused.read(), 1u);
    EXPECT_EQ(world.replies(http::ReplyReason::ProxyHeaderInvalid), 1u);
  }
}

TEST(ProxyHeader, IsWaitedForAsLongAsAHead) {
  ProxyWorld world(announced());
  auto& client = world.connect();
  client.send("PROXY ");
  world.run_for(Duration::from_s(6));
  EXPECT_FALSE(client.was_reset());
  world.run_for(Duration::from_s(2));
  EXPECT_TRUE(client.was_reset());
}

TEST(ProxyHeader, IsNoRequestWhereNobodyAskedForIt) {
  ProxyWorld world;
  const std::string answer =
      world.ask(world.connect(), "PROXY TCP4 192.0.2.7 198.51.100.1 1234 80\r\n" + get());
  EXPECT_EQ(answer.substr(9, 3), "400");
}

TEST(ListenerCounters, CountConnectionsRequestsAndReplies) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  world.settle();
  const ListenerCounters& counters = world.listener_counters();
  EXPECT_EQ(counters.accepted.read(), 1u);
  EXPECT_EQ(counters.connections_open.read(), 1u);
  EXPECT_EQ(counters.connections_idle.read(), 1u);
  client.send("GET ");
  world.settle();
  EXPECT_EQ(counters.connections_idle.read(), 0u);
  client.send("/ HTTP/1.1\r\nHost: a\r\n\r\n");
  world.settle();
  EXPECT_EQ(counters.requests.read(), 1u);
  EXPECT_EQ(counters.connections_idle.read(), 1u);
  world.ask(client, "nonsense\r\n\r\n");
  const auto reason = static_cast<size_t>(http::ReplyReason::RequestLineInvalid);
  EXPECT_EQ(counters.replies_by_reason[reason].read(), 1u);
  EXPECT_EQ(counters.connections_idle.read(), 0u);
}

TEST(ListenerCounters, CountRequestsOnAConnectionThatHasBroughtOneBefore) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  for (int i = 0; i < 3; ++i) world.ask(client, get());
  world.ask(world.connect(), get());
  EXPECT_EQ(world.listener_counters().requests.read(), 4u);
  EXPECT_EQ(world.listener_counters().reuses.read(), 2u);
}

TEST(ListenerCounters, CountClientsThatResetAndThoseThatLeftBeforeTheirResponse) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  const ListenerCounters& counters = world.listener_counters();
  auto& orderly = world.connect();
  world.ask(orderly, get());
  orderly.close();
  world.settle();
  EXPECT_EQ(counters.resets.read(), 0u);

  auto& idle = world.connect();
  world.ask(idle, get());
  idle.abort();
  world.settle();
  EXPECT_EQ(counters.resets.read(), 1u);
  EXPECT_EQ(counters.aborts.read(), 0u);

  world.stop_answering(8000);
  auto& impatient = world.connect();
  world.ask(impatient, get());
  impatient.abort();
  world.settle();
  EXPECT_EQ(counters.resets.read(), 2u);
  EXPECT_EQ(counters.aborts.read(), 1u);
  EXPECT_EQ(world.counters().downstream_aborts.read(), 1u);
}

}  // namespace
}  // namespace penstock::proxy
