// SPDX-License-Identifier: Apache-2.0
//
// The response stage of the conductor: heads and bodies on their way from the backend to the
// client.
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
using testing::post;
using testing::ProxyWorld;
using testing::SnapshotSpec;
using testing::status_of;

// One client, one backend, one request that has reached it.
class Response : public ::testing::Test {
 protected:
  void ask(const std::string& request) {
    client_.send(request);
    world_.settle();
  }
  void answer(const std::string& bytes) {
    backend().send(bytes);
    world_.settle();
  }
  testing::PeerConnection& backend() { return world_.accepted(8000); }
  const std::string& received() const { return client_.received(); }

  ProxyWorld world_;
  testing::PeerConnection& client_ = world_.connect();
};

const std::string kHttp10 = "GET / HTTP/1.0\r\nHost: a\r\n\r\n";

TEST_F(Response, PassesABodyByLength) {
  ask(get());
  answer(ok("hello", "X-Kept: yes\r\nConnection: x-hop\r\nX-Hop: no\r\n"));
  EXPECT_EQ(status_of(received()), "HTTP/1.1 200 OK");
  EXPECT_EQ(field_of(received(), "X-Kept"), "yes");
  EXPECT_EQ(field_of(received(), "X-Hop"), "(none)");
  EXPECT_EQ(field_of(received(), "Content-Length"), "5");
  EXPECT_EQ(body_of(received()), "hello");
}

TEST_F(Response, PassesAChunkedBodyInChunks) {
  ask(get());
  answer(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: r\r\n\r\n");
  EXPECT_EQ(field_of(received(), "Transfer-Encoding"), "chunked");
  EXPECT_EQ(body_of(received()), "5\r\nhello\r\n0\r\n\r\n");
  EXPECT_FALSE(client_.peer_closed());
}

TEST_F(Response, PassesAChunkedBodyUntilCloseToAnHttp10Client) {
  ask(kHttp10);
  answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  EXPECT_EQ(field_of(received(), "Connection"), "close");
  EXPECT_EQ(body_of(received()), "hello");
  EXPECT_TRUE(client_.peer_closed());
}

TEST_F(Response, PassesABodyUntilCloseInChunks) {
  ask(get());
  answer("HTTP/1.1 200 OK\r\n\r\nhello");
  EXPECT_EQ(body_of(received()), "5\r\nhello");
  backend().close();
  world_.settle();
  EXPECT_EQ(body_of(received()), "5\r\nhello\r\n0\r\n\r\n");
  EXPECT_FALSE(client_.peer_closed());
}

TEST_F(Response, PassesABodyUntilCloseAsItIsToAnHttp10Client) {
  ask("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\n\r\nhello");
  backend().close();
  world_.settle();
  EXPECT_EQ(field_of(received(), "Connection"), "close");
  EXPECT_EQ(body_of(received()), "hello");
  EXPECT_TRUE(client_.peer_closed());
}

TEST_F(Response, KeepsAnHttp10ConnectionWhenAsked) {
  ask("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
  answer(ok());
  EXPECT_EQ(field_of(received(), "Connection"), "keep-alive");
  EXPECT_FALSE(client_.peer_closed());
}

TEST_F(Response, EndsWithTheHeadForHead204And304) {
  ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
  EXPECT_EQ(field_of(client_.received(), "Content-Length"), "500");
  EXPECT_EQ(body_of(client_.take_received()), "");
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    ask(get());
    answer(std::string("HTTP/1.1 ") + status + "\r\n\r\n");
    EXPECT_EQ(status_of(client_.received()), std::string("HTTP/1.1 ") + status);
    EXPECT_EQ(body_of(client_.take_received()), "");
  }
  ask(get());
  answer(ok("next"));
  EXPECT_EQ(body_of(received()), "next");
  EXPECT_EQ(world_.accepted_count(8000), 1u);
}

TEST_F(Response, IsPrecededByInterimOnes) {
  ask(get());
  answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
  EXPECT_EQ(received(),
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
  client_.take_received();
  answer(ok());
  EXPECT_EQ(received(), ok());
}

TEST_F(Response, SparesAnHttp10ClientTheInterimOnes) {
  ask(kHttp10);
  answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok());
  EXPECT_EQ(status_of(received()), "HTTP/1.1 200 OK");
  EXPECT_EQ(received().find("103"), std::string::npos);
}

TEST_F(Response, HoldsInterimOnesBackFromAClientThatTakesNothing) {
  client_.stop_reading();
  ask(get());
  const std::string hint =
      "HTTP/1.1 103 Early Hints\r\nLink: <" + std::string(8000, 'l') + ">\r\n\r\n";
  std::string hints;
  for (int i = 0; i < 200; ++i) hints += hint;
  answer(hints);
  EXPECT_FALSE(backend().is_flushed());
  EXPECT_LT(world_.buffers_high_water(), 1000u);
  client_.read_again();
  answer(ok());
  EXPECT_EQ(received(), hints + ok());
}

TEST_F(Response, OfContinueBringsTheBody) {
  ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(field_of(backend().received(), "Expect"), "100-continue");
  answer("HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client_.take_received(), "HTTP/1.1 100 Continue\r\n\r\n");
  ask("body");
  EXPECT_EQ(body_of(backend().received()), "body");
  answer(ok());
  EXPECT_EQ(received(), ok());
}

TEST_F(Response, BeforeTheWholeRequestClosesAndMixesNothing) {
  ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\npart");
  answer("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
  EXPECT_EQ(received().substr(9, 3), "413");
  EXPECT_EQ(field_of(received(), "Connection"), "close");
  EXPECT_EQ(body_of(received()), "no");
  EXPECT_TRUE(client_.peer_closed());
  EXPECT_TRUE(backend().was_reset());
  ask(std::string(996, 'x') + get());
  EXPECT_EQ(body_of(received()), "no");
  EXPECT_EQ(world_.counters().requests.read(), 1u);
}

TEST_F(Response, BeforeTheWholeRequestReachesAClientThatGivesUpItsBody) {
  ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\npart");
  answer("HTTP/1.1 413 Content Too Large\r\nContent-Length: 6\r\n\r\nno ");
  client_.close();
  world_.settle();
  answer("no\n");
  EXPECT_EQ(body_of(received()), "no no\n");
  EXPECT_EQ(client_.close_reason(), tcp::CloseReason::Finished);
}

TEST_F(Response, ThatComesBeforeAResetStillArrives) {
  ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\npart");
  backend().send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
  world_.run_for(Duration::from_us(20));
  backend().abort();
  world_.settle();
  EXPECT_EQ(received().substr(9, 3), "403");
  EXPECT_EQ(body_of(received()), "no");
}

TEST_F(Response, TruncatedByACloseEndsWithAFinInTheMiddle) {
  ask(get());
  answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  backend().close();
  world_.settle();
  EXPECT_EQ(body_of(received()), "half");
  EXPECT_TRUE(client_.peer_closed());
  EXPECT_FALSE(client_.was_reset());
  EXPECT_EQ(world_.counters().upstream_truncated.read(), 1u);
  EXPECT_EQ(world_.records().back().reason, http::ReplyReason::TruncatedResponse);
}

TEST_F(Response, InChunksTruncatedByACloseNeverGetsItsLastChunk) {
  ask(get());
  answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
  backend().close();
  world_.settle();
  EXPECT_TRUE(client_.peer_closed());
  EXPECT_FALSE(client_.was_reset());
  EXPECT_EQ(received().find("0\r\n\r\n"), std::string::npos);
}

TEST_F(Response, UntilCloseTruncatedByAResetNeverGetsItsLastChunk) {
  ask(get());
  answer("HTTP/1.1 200 OK\r\n\r\nhalf");
  backend().abort();
  world_.settle();
  EXPECT_TRUE(client_.peer_closed());
  EXPECT_FALSE(client_.was_reset());
  EXPECT_EQ(received().find("0\r\n\r\n"), std::string::npos);
}

TEST_F(Response, TruncatedLeavesEarlierOnesToTheClient) {
  world_.answer_with(8000, ok("first"));
  client_.stop_reading();
  client_.send(get() + get());
  world_.settle();
  const std::string half =
      "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 10\r\n\r\nhalf";
  world_.answer_with(8000, half);
  client_.send(get());
  world_.settle();
  backend().close();
  world_.settle();
  client_.read_again();
  world_.settle();
  EXPECT_EQ(received(), ok("first") + ok("first") + half);
}

TEST_F(Response, UntilCloseTruncatedByAResetResetsAnHttp10Client) {
  ask(kHttp10);
  answer("HTTP/1.1 200 OK\r\n\r\nhalf");
  backend().abort();
  world_.settle();
  EXPECT_TRUE(client_.was_reset()) << "a FIN would pass for the end of the body";
}

TEST_F(Response, WithAWrongChunkEndsBehindTheRightOnes) {
  ask(get());
  answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nZZ\r\n");
  EXPECT_TRUE(client_.peer_closed());
  EXPECT_FALSE(client_.was_reset());
  EXPECT_EQ(world_.records().back().reason, http::ReplyReason::BadResponse);
}

TEST_F(Response, ThatCannotBeUnderstoodIs502) {
  for (const char* response :
       {"nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n"}) {
    ProxyWorld world;
    world.answer_with(8000, response);
    auto& client = world.connect();
    const std::string answer = world.ask(client, get());
    EXPECT_EQ(answer.substr(9, 3), "502");
    EXPECT_EQ(field_of(answer, "Penstock-Reason"), "bad_response");
    EXPECT_FALSE(client.peer_closed());
    EXPECT_TRUE(world.accepted(8000).was_reset());
  }
}

TEST(ResponseStage, RefusesAResponseHeadBeyondItsLimitHoweverItArrives) {
  SnapshotSpec spec;
  spec.limits.response_head.head_bytes = 4000;
  const std::string response = ok("x", "X-Fill: " + std::string(4000, 'f') + "\r\n");
  for (const size_t first : {response.size(), size_t{1000}}) {
    ProxyWorld world(spec);
    auto& client = world.connect();
    world.ask(client, get());
    world.accepted(8000).send(response.substr(0, first));
    world.settle();
    world.accepted(8000).send(response.substr(first));
    world.settle();
    EXPECT_EQ(client.received().substr(9, 3), "502");
    EXPECT_EQ(field_of(client.received(), "Penstock-Reason"), "response_head_too_large");
  }
}

TEST_F(Response, HalfAHeadIs502) {
  ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nContent-Le");
  backend().close();
  world_.settle();
  EXPECT_EQ(received().substr(9, 3), "502");
  EXPECT_EQ(field_of(received(), "Penstock-Reason"), "truncated_response");
  EXPECT_EQ(world_.accepted_count(8000), 1u) << "it has acted on the request";
}

TEST(HalfAHead, OfWhatMayBeRepeatedIsAskedOfAnotherBackend) {
  SnapshotSpec spec;
  spec.pools = {testing::pool_at({8000, 8001})};
  ProxyWorld world(spec);
  world.answer_with(8001, ok("another"));
  auto& client = world.connect();
  world.ask(client, get());
  world.accepted(8000).send("HTTP/1.1 200 OK\r\nContent-Le");
  world.accepted(8000).close();
  world.settle();
  EXPECT_EQ(body_of(client.received()), "another");
  EXPECT_EQ(world.counters().retries.read(), 1u);
}

TEST_F(Response, IsTheSameWhereverItsHeadIsSplit) {
  const std::string response = ok("body", "X-A: b\r\n");
  for (size_t at = 1; at < response.size(); ++at) {
    ask(get());
    answer(response.substr(0, at));
    answer(response.substr(at));
    ASSERT_EQ(client_.take_received(), response);
  }
  EXPECT_EQ(world_.accepted_count(8000), 1u);
}

// --- Responses that are gathered before the client gets any of them.

SnapshotSpec gathering(uint32_t bytes) {
  SnapshotSpec spec;
  spec.pools = {testing::pool_at({8000, 8001})};
  spec.pools[0].response_buffer_bytes = bytes;
  return spec;
}

class GatheredResponse : public ::testing::Test {
 protected:
  GatheredResponse() { world_.ask(client_, get()); }
  testing::PeerConnection& first() { return world_.accepted(8000); }
  void answer(const std::string& bytes) {
    first().send(bytes);
    world_.settle();
  }

  ProxyWorld world_{gathering(1000)};
  testing::PeerConnection& client_ = world_.connect();
};

TEST_F(GatheredResponse, GoesOutWhenAllOfItHasCome) {
  answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
  EXPECT_EQ(client_.received(), "");
  answer("half");
  EXPECT_EQ(body_of(client_.received()), "halfhalf");
}

TEST_F(GatheredResponse, GoesOutWhenAsMuchHasComeAsIsGathered) {
  answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" + std::string(900, 'x'));
  EXPECT_EQ(client_.received(), "");
  answer(std::string(100, 'x'));
  EXPECT_NE(client_.received(), "");
}

TEST_F(GatheredResponse, ThatEndsEarlyIsAskedOfAnotherBackend) {
  world_.answer_with(8001, ok("whole"));
  answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
  first().abort();
  world_.settle();
  EXPECT_EQ(client_.received(), ok("whole"));
  EXPECT_EQ(world_.counters().upstream_truncated.read(), 1u);
}

TEST_F(GatheredResponse, EndsWithTheConnectionWhereThatIsItsFraming) {
  answer("HTTP/1.1 200 OK\r\n\r\nall");
  EXPECT_EQ(client_.received(), "");
  first().close();
  world_.settle();
  EXPECT_EQ(testing::unchunked(body_of(client_.received())), "all");
}

TEST_F(GatheredResponse, ThatIsMalformedIs502) {
  answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalfX");
  EXPECT_EQ(field_of(client_.received(), "Penstock-Reason"), "bad_response");
}

TEST(GatheredResponseOfAPost, ThatEndsEarlyIs502) {
  ProxyWorld world(gathering(1000));
  auto& client = world.connect();
  world.ask(client, testing::post("once"));
  world.accepted(8000).send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
  world.accepted(8000).close();
  world.settle();
  EXPECT_EQ(field_of(client.received(), "Penstock-Reason"), "truncated_response");
}

}  // namespace
}  // namespace penstock::proxy
