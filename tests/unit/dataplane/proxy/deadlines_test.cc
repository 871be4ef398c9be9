// SPDX-License-Identifier: Apache-2.0
//
// The deadlines of the conductor. The time-outs differ, so that a test can tell which one acted.
#include <gtest/gtest.h>

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
using testing::SnapshotSpec;

SnapshotSpec with_timeouts() {
  SnapshotSpec spec;
  spec.timeouts = {.client_header = Duration::from_s(3),
                   .client_idle = Duration::from_s(7),
                   .client_body = Duration::from_s(5),
                   .client_write = Duration::from_s(11),
                   .drain = Duration::from_s(13)};
  spec.pools[0].connect_timeout = Duration::from_s(2);
  spec.pools[0].response = Duration::from_s(17);
  spec.pools[0].upstream_body = Duration::from_s(19);
  spec.pools[0].upstream_idle = Duration::from_s(23);
  return spec;
}

class Deadlines : public ::testing::Test {
 protected:
  void ask(const std::string& request) {
    client_.send(request);
    world_.settle();
  }
  void answer(const std::string& bytes) {
    world_.accepted(8000).send(bytes);
    world_.settle();
  }
  // Nothing happens until the time-out, and something does soon after.
  template <class Happened>
  void expect_at(int64_t seconds, Happened&& happened) {
    world_.run_for(Duration::from_ms(seconds * 1000 - 700));
    EXPECT_FALSE(happened());
    world_.run_for(Duration::from_ms(1000));
    EXPECT_TRUE(happened());
  }
  // Who takes bytes is looked at once in a time-out: what was taken just after the last look
  // counts.
  template <class Happened>
  void expect_within_twice(int64_t seconds, Happened&& happened) {
    world_.run_for(Duration::from_ms(seconds * 1000 - 700));
    EXPECT_FALSE(happened());
    world_.run_for(Duration::from_s(seconds + 1));
    EXPECT_TRUE(happened());
  }
  std::string reason() const { return field_of(client_.received(), "Penstock-Reason"); }
  // Exchanges that were cut for this, as counted and as recorded.
  uint64_t cuts(http::ReplyReason wanted) const {
    const auto& records = world_.records();
    EXPECT_TRUE(!records.empty() && records.back().reason == wanted);
    return world_.replies(wanted);
  }

  ProxyWorld world_{with_timeouts()};
  testing::PeerConnection& client_ = world_.connect();
};

TEST_F(Deadlines, AnswerAHeadThatDoesNotEnd) {
  ask("GET / HTTP/1.1\r\n");
  expect_at(3, [&] { return reason() == "head_timeout"; });
  EXPECT_EQ(client_.received().substr(9, 3), "408");
  EXPECT_TRUE(client_.peer_closed());
}

TEST_F(Deadlines, AreNotMovedByAHeadThatDrips) {
  ask("GET / HTTP/1.1\r\n");
  world_.run_for(Duration::from_s(1));
  ask("Host: a\r\n");
  world_.run_for(Duration::from_s(1));
  ask("X: y\r\n");
  world_.run_for(Duration::from_s(1));
  EXPECT_EQ(reason(), "head_timeout");
}

TEST_F(Deadlines, AnswerARequestBodyThatStalls) {
  ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n");
  world_.run_for(Duration::from_s(4));
  ask(std::string(base::kBodyProgressBytesDefault, 'm'));
  expect_at(5, [&] { return reason() == "body_timeout"; });
  EXPECT_EQ(client_.received().substr(9, 3), "408");
  EXPECT_TRUE(world_.accepted(8000).was_reset());
}

TEST_F(Deadlines, AreNotMovedByARequestBodyThatDrips) {
  ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 4; ++i) {
    world_.run_for(Duration::from_s(1));
    ask("x");
  }
  expect_at(1, [&] { return reason() == "body_timeout"; });
}

TEST(BodyProgress, OfAnyBytesIsEnoughWhereItIsWanted) {
  SnapshotSpec spec = with_timeouts();
  spec.limits.body_progress_bytes = 0;
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  auto& client = world.connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
  for (int i = 0; i < 10; ++i) {
    world.run_for(Duration::from_s(4));
    EXPECT_EQ(world.replies(http::ReplyReason::BodyTimeout), 0u);
    client.send("x");
  }
  world.settle();
  EXPECT_EQ(testing::body_of(client.received()), "ok");
}

TEST_F(Deadlines, AnswerForABackendThatDoesNotConnect) {
  world_.silence(8000);
  ask(get());
  expect_at(2, [&] { return reason() == "connect_timeout"; });
}

TEST_F(Deadlines, AnswerForABackendThatDoesNotRespond) {
  ask(get());
  expect_at(17, [&] { return reason() == "response_timeout"; });
  EXPECT_EQ(client_.received().substr(9, 3), "504");
  EXPECT_TRUE(world_.accepted(8000).was_reset());
}

TEST_F(Deadlines, AreNotMovedForABackendByAClientThatGoesOnSending) {
  ask(get());
  for (int i = 0; i < 16; ++i) {
    world_.run_for(Duration::from_s(1));
    ask(get());
  }
  world_.run_for(Duration::from_s(2));
  EXPECT_EQ(reason(), "response_timeout");
}

TEST_F(Deadlines, AreMovedByAnInterimResponse) {
  ask(get());
  world_.run_for(Duration::from_s(10));
  answer("HTTP/1.1 102 Processing\r\n\r\n");
  client_.take_received();
  expect_at(17, [&] { return reason() == "response_timeout"; });
}

TEST_F(Deadlines, CloseAClientWhoseResponseBodyStalls) {
  ask(get());
  answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  expect_at(19, [&] { return client_.peer_closed(); });
  EXPECT_EQ(world_.counters().upstream_truncated.read(), 1u);
  EXPECT_EQ(cuts(http::ReplyReason::ResponseBodyTimeout), 1u);
}

TEST_F(Deadlines, CutAClientThatTakesNothing) {
  client_.stop_reading();
  ask(get());
  answer("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + std::string(2'000'000, 'x'));
  expect_within_twice(11, [&] { return client_.was_reset(); });
  EXPECT_EQ(cuts(http::ReplyReason::ClientTakeTimeout), 1u);
  EXPECT_EQ(world_.counters().downstream_aborts.read(), 0u);
}

TEST_F(Deadlines, SpareAClientThatTakesLittle) {
  client_.stop_reading();
  ask(get());
  answer(ok(std::string(2'000'000, 'x')));
  for (int i = 0; i < 10; ++i) {
    world_.run_for(Duration::from_s(8));
    client_.read_again();
    world_.run_for(Duration::from_us(250));
    client_.stop_reading();
  }
  client_.read_again();
  world_.settle();
  EXPECT_EQ(body_of(client_.received()).size(), 2'000'000u);
}

// Buffers that a test takes from the proxy's pool until they are as scarce as it wants.
class Hoard {
 public:
  Hoard(nic::PacketPool& pool, nic::Pressure wanted) {
    for (pool.sample_pressure(); pool.pressure() != wanted; pool.sample_pressure()) {
      held_.push_back(pool.allocate_slice());
    }
  }

 private:
  std::vector<nic::Slice> held_;
};

TEST_F(Deadlines, CutTheSlowestClientOnlyWhileBuffersAreCriticallyScarce) {
  client_.stop_reading();
  ask(get());
  answer("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + std::string(2'000'000, 'x'));
  {
    Hoard high(world_.proxy_node().pool, nic::Pressure::High);
    world_.run_for(Duration::from_s(3));
    EXPECT_FALSE(client_.was_reset());
  }
  Hoard critical(world_.proxy_node().pool, nic::Pressure::Critical);
  world_.run_for(Duration::from_s(3));
  EXPECT_TRUE(client_.was_reset());
  EXPECT_EQ(cuts(http::ReplyReason::BufferPressure), 1u);
}

TEST(ScarceBuffers, EndTheGatheringOfARequest) {
  SnapshotSpec spec = with_timeouts();
  spec.pools[0].request_buffer_bytes = 65536;
  ProxyWorld world(spec);
  auto& client = world.connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n");
  world.settle();
  Hoard high(world.proxy_node().pool, nic::Pressure::High);
  client.send(std::string(40'000, 'x'));
  world.run_for(Duration::from_s(4));
  ASSERT_EQ(world.accepted_count(8000), 1u);
  EXPECT_EQ(body_of(world.accepted(8000).received()).size(), 40'000u);
}

TEST(ScarceBuffers, EndTheGatheringOfAResponse) {
  SnapshotSpec spec = with_timeouts();
  spec.pools[0].response_buffer_bytes = 65536;
  ProxyWorld world(spec);
  auto& client = world.connect();
  world.ask(client, get());
  Hoard high(world.proxy_node().pool, nic::Pressure::High);
  world.accepted(8000).send(ok(std::string(40'000, 'x')));
  world.run_for(Duration::from_s(4));
  EXPECT_EQ(body_of(client.received()).size(), 40'000u);
}

TEST(ScarceBuffers, DoNotKeepAClientFromItsAnswer) {
  ProxyWorld world({}, {.proxy_pool = {.buffers = 1023, .references = 1023}});
  for (int i = 0; i < 20; ++i) {
    testing::PeerConnection& slow = world.connect();
    slow.stop_reading();
    slow.send(get());
    world.settle();
    world.accepted(8000, static_cast<size_t>(i)).send(ok(std::string(2'000'000, 'x')));
    world.run_for(Duration::from_ms(50));
  }
  EXPECT_NE(world.proxy_node().pool.pressure(), nic::Pressure::None);
  testing::PeerConnection& quick = world.connect();
  quick.send(get());
  world.run_for(Duration::from_ms(500));
  ASSERT_EQ(world.accepted_count(8000), 21u);
  world.accepted(8000, 20).send(ok("quick"));
  world.run_for(Duration::from_ms(500));
  EXPECT_EQ(body_of(quick.received()), "quick");
}

TEST_F(Deadlines, AnswerForABackendThatTakesNothing) {
  ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n");
  world_.accepted(8000).stop_reading();
  ask(std::string(2'000'000, 'x'));
  expect_within_twice(19, [&] { return reason() == "response_timeout"; });
}

TEST_F(Deadlines, CloseAnIdleClientQuietly) {
  world_.answer_with(8000, ok());
  ask(get());
  client_.take_received();
  expect_at(7, [&] { return client_.peer_closed(); });
  EXPECT_EQ(client_.received(), "");
  EXPECT_FALSE(client_.is_over());
}

// A client behind a path that was dead for a while takes its response late: it was not idle then.
TEST_F(Deadlines, DoNotRunForAnIdleClientWhileItTakesTheLastResponse) {
  world_.answer_with(8000, ok(std::string(400'000, 'x')));
  client_.stop_reading();
  ask(get());
  world_.run_for(Duration::from_s(8));
  client_.read_again();
  world_.run_for(Duration::from_s(7));
  EXPECT_EQ(body_of(client_.received()).size(), 400'000u);
  EXPECT_FALSE(client_.peer_closed());
  world_.run_for(Duration::from_s(7));
  EXPECT_TRUE(client_.peer_closed());
}

TEST_F(Deadlines, CloseAnIdleClientThatLeavesTheLastResponseWhereItIs) {
  world_.answer_with(8000, ok(std::string(400'000, 'x')));
  client_.stop_reading();
  ask(get());
  world_.run_for(Duration::from_s(2 * 7 + 11 + 12));
  client_.read_again();
  world_.run_for(Duration::from_s(1));
  EXPECT_TRUE(client_.is_over() || client_.peer_closed());
  EXPECT_EQ(world_.replies(http::ReplyReason::ClientTakeTimeout), 1u);
}

TEST_F(Deadlines, CloseAClientThatNeverSays) {
  world_.settle();
  expect_at(7, [&] { return client_.peer_closed(); });
}

TEST_F(Deadlines, CloseAnIdleBackendConnection) {
  world_.answer_with(8000, ok());
  ask(get());
  expect_at(23, [&] { return world_.accepted(8000).peer_closed(); });
  EXPECT_EQ(world_.backend_counters(8000).connections_idle.read(), 0u);
}

TEST_F(Deadlines, CutWhatADrainWaitsForInVain) {
  ask(get());
  world_.proxy().begin_drain(world_.now());
  expect_at(13, [&] { return client_.was_reset(); });
  EXPECT_TRUE(world_.proxy().is_drained());
  EXPECT_EQ(cuts(http::ReplyReason::ShuttingDown), 1u);
}

// --- A whole exchange.

SnapshotSpec with_exchange_timeout() {
  SnapshotSpec spec = with_timeouts();
  spec.timeouts.exchange = Duration::from_s(4);
  return spec;
}

TEST(WholeExchange, IsAnswered504WhenItsTimeIsOver) {
  ProxyWorld world(with_exchange_timeout());
  auto& client = world.connect();
  world.ask(client, get());
  world.run_for(Duration::from_ms(3700));
  EXPECT_EQ(client.received(), "");
  world.run_for(Duration::from_s(1));
  EXPECT_EQ(client.received().substr(9, 3), "504");
  EXPECT_EQ(field_of(client.received(), "Penstock-Reason"), "exchange_timeout");
  EXPECT_TRUE(world.accepted(8000).was_reset());
}

TEST(WholeExchange, IsTruncatedWhenItsResponseHasBegun) {
  ProxyWorld world(with_exchange_timeout());
  auto& client = world.connect();
  world.ask(client, get());
  world.accepted(8000).send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 5; ++i) {
    world.accepted(8000).send("x");
    world.run_for(Duration::from_s(1));
  }
  EXPECT_TRUE(client.peer_closed());
  EXPECT_LT(body_of(client.received()).size(), 100u);
  EXPECT_EQ(world.replies(http::ReplyReason::ExchangeTimeout), 1u);
}

TEST(WholeExchange, CountsFromTheFirstByteOfTheRequest) {
  ProxyWorld world(with_exchange_timeout());
  auto& client = world.connect();
  client.send("GET / HTTP/1.1\r\n");
  world.run_for(Duration::from_ms(2500));
  client.send("Host: a\r\n\r\n");
  world.run_for(Duration::from_s(2));
  EXPECT_EQ(field_of(client.received(), "Penstock-Reason"), "exchange_timeout");
}

// The response has begun, and the request's body goes on: as slowly as no other may.
TEST_F(Deadlines, OfAResponseAreNotMovedByARequestThatDrips) {
  ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nh");
  for (int i = 0; i < 45 && !client_.is_over(); ++i) {
    client_.send("x");
    world_.run_for(Duration::from_s(1));
  }
  EXPECT_EQ(world_.replies(http::ReplyReason::ResponseBodyTimeout), 1u);
}

TEST_F(Deadlines, OfAResponseAreMovedByARequestThatMoves) {
  ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nh");
  for (int i = 0; i < 45; ++i) {
    client_.send(std::string(1024, 'x'));
    world_.run_for(Duration::from_s(1));
  }
  EXPECT_EQ(world_.replies(http::ReplyReason::ResponseBodyTimeout), 0u);
  EXPECT_FALSE(client_.is_over());
}

// --- The age of a client's connection.

TEST(KeptConnection, IsClosedByTheLastRequestThatItMayHave) {
  SnapshotSpec spec;
  spec.limits.client_requests = 2;
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  auto& client = world.connect();
  EXPECT_EQ(field_of(world.ask(client, get()), "Connection"), "(none)");
  EXPECT_EQ(world.replies(http::ReplyReason::KeepAliveRequests), 0u);
  EXPECT_EQ(field_of(world.ask(client, get()), "Connection"), "close");
  EXPECT_TRUE(client.peer_closed());
  EXPECT_EQ(world.replies(http::ReplyReason::KeepAliveRequests), 1u);
}

TEST(KeptConnection, ThatItsClientWantedClosedIsNotSaidToBeClosedForItsTime) {
  SnapshotSpec spec;
  spec.limits.client_requests = 1;
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  world.ask(world.connect(), get("/", "Connection: close\r\n"));
  EXPECT_EQ(world.replies(http::ReplyReason::KeepAliveRequests), 0u);
}

TEST(KeptConnection, IsClosedByTheFirstResponseWhenItIsOldEnough) {
  SnapshotSpec spec;
  spec.timeouts.client_age = Duration::from_s(30);
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  auto& client = world.connect();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(field_of(world.ask(client, get()), "Connection"), "(none)");
    world.run_for(Duration::from_ms(9900));
  }
  world.run_for(Duration::from_s(1));
  EXPECT_EQ(field_of(world.ask(client, get()), "Connection"), "close");
  EXPECT_EQ(world.replies(http::ReplyReason::KeepAliveAge), 1u);
}

}  // namespace
}  // namespace penstock::proxy
