// SPDX-License-Identifier: Apache-2.0
//
// Requests that go to a second backend, or on a second connection: when a reused connection died
// under them, when their body is kept, and when a status asks for better.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
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
using testing::post;
using testing::ProxyWorld;
using testing::SnapshotSpec;
using testing::with_backends;

// A backend ends its idle connection while a request is on its way to it: the wire takes 50 us each
// way, so that the end is seen by the proxy when the request has left and not yet arrived.
class Race : public ::testing::Test {
 protected:
  Race() {
    world_.answer_with(8000, ok());
    world_.ask(client_, get());
    client_.take_received();
  }
  void send(const std::string& request) {
    client_.send(request);
    world_.run_for(Duration::from_us(30));
  }
  std::string answer() {
    world_.settle();
    return client_.take_received();
  }

  ProxyWorld world_;
  testing::PeerConnection& client_ = world_.connect();
};

TEST_F(Race, WithAResetSendsAnyRequestAgain) {
  send(post("to be done once"));
  world_.accepted(8000).abort();
  EXPECT_EQ(body_of(answer()), "ok");
  EXPECT_EQ(world_.requests(8000).size(), 2u);
  EXPECT_EQ(world_.accepted_count(8000), 2u);
}

TEST_F(Race, WithAFinSendsAnyRequestAgain) {
  send(post("to be done once"));
  world_.accepted(8000).close();
  EXPECT_EQ(body_of(answer()), "ok");
  EXPECT_EQ(world_.accepted_count(8000), 2u);
}

TEST_F(Race, SendsTheBeginningOfABodyAgainAndGoesOnWithIt) {
  world_.stop_answering(8000);
  send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nonce\r\n");
  world_.accepted(8000).abort();
  world_.settle();
  client_.send("5\r\n more\r\n0\r\n\r\n");
  world_.settle();
  EXPECT_EQ(testing::unchunked(body_of(world_.accepted(8000, 1).received())), "once more");
}

// What the client says in the moment of the reset must not go into the stream that has ended.
TEST_F(Race, SendsABodyAgainThatCameTogetherWithTheReset) {
  world_.stop_answering(8000);
  send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nonce\r\n");
  world_.accepted(8000).abort();
  client_.send("5\r\n more\r\n");
  world_.settle();
  client_.send("0\r\n\r\n");
  world_.settle();
  EXPECT_EQ(testing::unchunked(body_of(world_.accepted(8000, 1).received())), "once more");
}

// RFC 9112 9.2: what was on its way before the request came is no answer to it.
const std::string kGoodbye =
    "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

TEST_F(Race, WithAGoodbyeSendsTheRequestAgain) {
  send(get());
  world_.accepted(8000).send(kGoodbye);
  EXPECT_EQ(body_of(answer()), "ok");
  EXPECT_EQ(world_.accepted_count(8000), 2u);
}

TEST_F(Race, WithAnotherAnswerToAnEarlierRequestGivesItToNobody) {
  send(get());
  world_.accepted(8000).send(ok("poison"));
  EXPECT_EQ(body_of(answer()), "ok");
  EXPECT_EQ(world_.accepted_count(8000), 2u);
}

TEST_F(Race, WithAGoodbyeAndAFinSendsAnyRequestAgain) {
  send(post("to be done once"));
  world_.accepted(8000).send(kGoodbye);
  world_.accepted(8000).close();
  EXPECT_EQ(body_of(answer()), "ok");
  EXPECT_EQ(world_.accepted_count(8000), 2u);
}

TEST_F(Race, WithAGoodbyeAloneLeavesARequestThatMayHaveArrived) {
  send(post("may be done already"));
  world_.stop_answering(8000);
  world_.accepted(8000).send(kGoodbye);
  world_.run_for(Duration::from_ms(50));
  world_.accepted(8000).send(ok("too late"));
  EXPECT_EQ(field_of(answer(), "Penstock-Reason"), "closed_before_response");
  EXPECT_EQ(world_.accepted_count(8000), 1u);
}

TEST_F(Race, LeavesARequestAloneThatTheBackendHasAcknowledged) {
  world_.answer_with(8000, "");
  client_.send(post("may be done already"));
  world_.run_for(Duration::from_ms(60));
  world_.accepted(8000).abort();
  EXPECT_EQ(field_of(answer(), "Penstock-Reason"), "reset_before_response");
  EXPECT_EQ(world_.accepted_count(8000), 1u);
}

TEST_F(Race, LeavesARequestAloneThatHadToBeSentAgain) {
  // Its acknowledgment may be what was lost.
  world_.silence(8000);
  client_.send(post("may be done already"));
  world_.run_for(Duration::from_s(1));
  world_.wake(8000);
  world_.accepted(8000).abort();
  EXPECT_EQ(field_of(answer(), "Penstock-Reason"), "reset_before_response");
  EXPECT_EQ(world_.accepted_count(8000), 1u);
}

TEST_F(Race, OnANewConnectionLeavesARequestAloneThatHasArrived) {
  ProxyWorld world;
  auto& client = world.connect();
  world.settle();
  client.send(post("on a new one"));
  world.run_for(Duration::from_us(260));
  ASSERT_EQ(world.accepted_count(8000), 1u);
  world.accepted(8000).abort();
  world.settle();
  EXPECT_EQ(field_of(client.received(), "Penstock-Reason"), "reset_before_response");
}

// --- Bodies that are gathered are sent again.

class KeptBody : public ::testing::Test {
 protected:
  static SnapshotSpec gathering() {
    SnapshotSpec spec = with_backends({8000, 8001});
    spec.pools[0].request_buffer_bytes = 1000;
    spec.pools[0].retries.statuses.set(503 - base::kRetryStatusMin);
    return spec;
  }
  static std::string put(size_t bytes) {
    return "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" +
           std::string(bytes, 'p');
  }
  std::string reason() const { return field_of(client_.received(), "Penstock-Reason"); }

  ProxyWorld world_{gathering()};
  testing::PeerConnection& client_ = world_.connect();
};

TEST_F(KeptBody, GoesToAnotherBackendAfterAReset) {
  world_.ask(client_, put(900));
  EXPECT_EQ(body_of(world_.accepted(8000).received()).size(), 900u);
  world_.accepted(8000).abort();
  world_.settle();
  EXPECT_EQ(body_of(world_.accepted(8001).received()), std::string(900, 'p'));
  world_.accepted(8001).send(ok("stored"));
  world_.settle();
  EXPECT_EQ(body_of(client_.received()), "stored");
}

TEST_F(KeptBody, GoesOutAgainInChunks) {
  client_.send(
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n4\r\n "
      "two\r\n0\r\n\r\n");
  world_.settle();
  world_.accepted(8000).abort();
  world_.settle();
  const std::string again = world_.accepted(8001).received();
  EXPECT_EQ(testing::unchunked(body_of(again)), "one two");
}

TEST_F(KeptBody, GoesToAnotherBackendForABetterStatus) {
  world_.answer_with(8000, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
  world_.answer_with(8001, ok("stored"));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(body_of(world_.ask(client_, put(500))), "stored");
}

TEST_F(KeptBody, IsNoneWhereTheBodyIsLongerThanThePoolGathers) {
  world_.ask(client_, put(3000));
  EXPECT_EQ(body_of(world_.accepted(8000).received()).size(), 3000u);
  world_.accepted(8000).abort();
  world_.settle();
  EXPECT_EQ(reason(), "reset_before_response");
  EXPECT_EQ(world_.accepted_count(8001), 0u);
}

TEST_F(KeptBody, IsNoneForWhatIsNotIdempotent) {
  world_.ask(client_, post("once"));
  world_.accepted(8000).abort();
  world_.settle();
  EXPECT_EQ(reason(), "reset_before_response");
  EXPECT_EQ(world_.accepted_count(8001), 0u);
}

TEST_F(KeptBody, IsLetGoOfWhenTheResponseBegins) {
  const uint32_t before = world_.proxy_node().pool.references_in_use();
  world_.ask(client_, put(900));
  EXPECT_GT(world_.proxy_node().pool.references_in_use(), before);
  world_.accepted(8000).send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
  world_.settle();
  EXPECT_EQ(world_.proxy_node().pool.references_in_use(), before);
}

// --- Statuses that ask for another backend.

SnapshotSpec with_retry_status(uint16_t status) {
  SnapshotSpec spec = with_backends({8000, 8001});
  spec.pools[0].retries.statuses.set(status - base::kRetryStatusMin);
  return spec;
}

constexpr std::string_view kBusy = "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy";

TEST(RetryStatus, TakesNobodysTurnByLooking) {
  SnapshotSpec spec = with_backends({8000, 8001, 8002});
  spec.pools[0].retries.statuses.set(503 - base::kRetryStatusMin);
  spec.pools[0].retries.budget_percent = 100;
  ProxyWorld world(spec);
  world.answer_with(8000, std::string(kBusy));
  world.answer_with(8001, ok("first"));
  world.answer_with(8002, ok("second"));
  auto& client = world.connect();
  for (int i = 0; i < 30; ++i) world.ask(client, get());
  EXPECT_GT(world.requests(8001).size(), 10u);
  EXPECT_GT(world.requests(8002).size(), 10u);
}

TEST(RetryStatus, IsNotGivenUpForABackendThatIsDown) {
  ProxyWorld world(with_retry_status(503));
  world.answer_with(8000, std::string(kBusy));
  world.stop_listening(8001);
  auto& client = world.connect();
  for (int i = 0; i < 2; ++i)
    client.take_received(), world.ask(client, get());  // 8001 is found out
  EXPECT_EQ(body_of(world.ask(client, get())), "busy");
  EXPECT_EQ(body_of(world.ask(client, get())), "busy");
}

TEST(RetryStatus, SendsARequestToAnotherBackend) {
  ProxyWorld world(with_retry_status(503));
  world.answer_with(8000, std::string(kBusy));
  world.answer_with(8001, ok("fine"));
  auto& client = world.connect();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(body_of(world.ask(client, get())), "fine");
  EXPECT_GT(world.pool_counters().retries.read(), 0u);
  EXPECT_EQ(world.backend_counters(8001).retries.read(), world.pool_counters().retries.read());
}

TEST(RetryStatus, GoesToTheClientWhenNoOtherBackendIsLeft) {
  ProxyWorld world(with_retry_status(503));
  world.answer_with(8000, std::string(kBusy));
  world.answer_with(8001, std::string(kBusy));
  EXPECT_EQ(body_of(world.ask(world.connect(), get())), "busy");
  EXPECT_EQ(world.requests(8000).size() + world.requests(8001).size(), 2u);
}

TEST(RetryStatus, IsForRequestsThatMayBeRepeated) {
  ProxyWorld world(with_retry_status(503));
  world.answer_with(8000, std::string(kBusy));
  world.answer_with(8001, ok("fine"));
  auto& client = world.connect();
  EXPECT_EQ(body_of(world.ask(client, post("once"))), "busy");
  EXPECT_EQ(body_of(world.ask(client, post("once"))), "fine");
}

TEST(RetryStatus, IsOnlyWhatTheConfigurationNames) {
  ProxyWorld world(with_retry_status(502));
  world.answer_with(8000, std::string(kBusy));
  EXPECT_EQ(body_of(world.ask(world.connect(), get())), "busy");
}

TEST(RetryBudget, WithholdsRetriesWhenEveryRequestWantsOne) {
  SnapshotSpec spec = with_retry_status(503);
  spec.pools[0].retries.budget_percent = 0;
  ProxyWorld world(spec);
  world.answer_with(8000, std::string(kBusy));
  world.answer_with(8001, std::string(kBusy));
  auto& client = world.connect();
  for (int i = 0; i < 20; ++i) world.ask(client, get());
  const uint64_t retries = world.pool_counters().retries.read();
  EXPECT_GE(retries, base::kRetriesPerSecondMin);
  EXPECT_LT(retries, 20u);
  EXPECT_EQ(world.pool_counters().retries_withheld.read(), 20 - retries);
}

}  // namespace
}  // namespace penstock::proxy
