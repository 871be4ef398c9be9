// SPDX-License-Identifier: Apache-2.0
//
// The request stage of the conductor: heads that become exchanges, and heads that are refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/every_split.h"
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
using testing::status_of;

const std::vector<uint16_t> kPorts = {8000, 8001, 8002};

route::Rule rule_for(std::string_view host, std::string path, route::Action action) {
  route::Rule rule = testing::rule("r", std::move(action));
  if (!host.empty()) rule.hosts = {route::HostMatch::from_text(host)};
  if (!path.empty()) rule.path = {route::PathMatch::Kind::Exact, std::move(path)};
  return rule;
}

TEST(RequestStage, SendsEachHostAndPathToTheirPool) {
  SnapshotSpec spec;
  spec.rules = {rule_for("a.example", "", route::Forward{0}),
                rule_for("a.example", "/special", route::Forward{1})};
  spec.pools = {testing::pool_at({8000}), testing::pool_at({8001})};
  ProxyWorld world(spec);
  world.answer_with(8000, ok("general"));
  world.answer_with(8001, ok("special"));
  auto& client = world.connect();
  EXPECT_EQ(body_of(world.ask(client, get("/"))), "general");
  EXPECT_EQ(body_of(world.ask(client, get("/special"))), "special");
  EXPECT_EQ(body_of(world.ask(client, get("/special?x"))), "special");
}

TEST(RequestStage, AnswersARequestWithoutARuleAndGoesOn) {
  SnapshotSpec spec;
  spec.rules = {rule_for("a.example", "", route::Forward{0})};
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string response = world.ask(client, get("/", "", "other.example"));
  EXPECT_EQ(status_of(response), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(field_of(response, "Penstock-Reason"), "no_rule");
  EXPECT_EQ(field_of(response, "Connection"), "(none)");
  EXPECT_EQ(status_of(world.ask(client, get())), "HTTP/1.1 200 OK");
}

TEST(RequestStage, GivesAFixedResponse) {
  SnapshotSpec spec;
  spec.rules = {rule_for("", "", route::FixedResponse{418, "text/tea", "short and stout"})};
  ProxyWorld world(spec);
  auto& client = world.connect();
  const std::string response = world.ask(client, get());
  EXPECT_EQ(response.substr(0, 13), "HTTP/1.1 418 ");
  EXPECT_EQ(field_of(response, "Content-Type"), "text/tea");
  EXPECT_EQ(body_of(response), "short and stout");
  EXPECT_EQ(body_of(world.ask(client, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")), "");
}

TEST(RequestStage, RedirectsToTheLocationOfItsRule) {
  route::Redirect redirect;
  redirect.status = 301;
  redirect.scheme = "https";
  SnapshotSpec spec;
  spec.rules = {rule_for("", "", redirect)};
  ProxyWorld world(spec);
  auto& client = world.connect();
  const std::string response = world.ask(client, get("/x?y=1"));
  EXPECT_EQ(response.substr(0, 13), "HTTP/1.1 301 ");
  EXPECT_EQ(field_of(response, "Location"), "https://a.example/x?y=1");
  EXPECT_EQ(world.records().at(0).reason, http::ReplyReason::RuleRedirect);
}

struct Refusal {
  const char* status;
  std::string request;
};

std::vector<Refusal> refusals() {
  const std::string fields = "Host: a\r\n";
  return {
      {"400", "GET / HTTP/1.1\r\n\r\n"},
      {"400", "GET / HTTP/1.1\r\n" + fields + "Content-Length: x\r\n\r\n"},
      {"413", "POST / HTTP/1.1\r\n" + fields + "Content-Length: 1001\r\n\r\n"},
      {"414", "GET /" + std::string(17'000, 'x') + " HTTP/1.1\r\n" + fields + "\r\n"},
      {"431", "GET / HTTP/1.1\r\n" + fields + "X: " + std::string(17'000, 'x') + "\r\n\r\n"},
      {"501", "CONNECT a:443 HTTP/1.1\r\n" + fields + "\r\n"},
      {"501", "POST / HTTP/1.1\r\n" + fields + "Transfer-Encoding: gzip, chunked\r\n\r\n"},
      {"505", "GET / HTTP/2.0\r\n" + fields + "\r\n"},
  };
}

TEST(RequestStage, ClosesAfterARefusalAndReadsNoFurtherRequest) {
  SnapshotSpec spec;
  spec.limits.request_body_bytes = 1000;
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  for (const Refusal& refusal : refusals()) {
    auto& client = world.connect();
    const std::string response = world.ask(client, refusal.request + get());
    EXPECT_EQ(response.substr(9, 3), refusal.status);
    EXPECT_EQ(field_of(response, "Connection"), "close");
    EXPECT_EQ(testing::count_of(response, "HTTP/1.1 "), 1u);
    EXPECT_TRUE(client.peer_closed());
    EXPECT_FALSE(client.is_over());
    client.close();
    world.settle();
    EXPECT_EQ(client.close_reason(), tcp::CloseReason::Finished);
  }
  EXPECT_EQ(world.requests(8000).size(), 0u);
}

TEST(RequestStage, DoesNotTakeABodyBehindALocalReplyForARequest) {
  SnapshotSpec spec;
  spec.rules = {rule_for("none", "", route::Forward{0})};
  ProxyWorld world(spec);
  auto& client = world.connect();
  const std::string response = world.ask(client, testing::post(get()));
  EXPECT_EQ(testing::count_of(response, "HTTP/1.1 "), 1u);
  EXPECT_EQ(field_of(response, "Connection"), "close");
}

TEST(RequestStage, KeepsHostAndTellsTheBackendWhoAsks) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  world.ask(client, get("/p?q", "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n"));
  const std::string head = world.requests(8000).at(0);
  EXPECT_EQ(status_of(head), "GET /p?q HTTP/1.1");
  EXPECT_EQ(field_of(head, "Host"), "a.example");
  EXPECT_EQ(field_of(head, "X-Forwarded-For"), "192.0.2.7, 10.0.0.2");
  EXPECT_EQ(field_of(head, "X-Forwarded-Proto"), "http");
  EXPECT_EQ(field_of(head, "X-Forwarded-Port"), "80");
}

TEST(RequestStage, RemovesFieldsThatStayOnTheirHop) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  world.ask(client, get("/",
                        "Connection: keep-alive, x-mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\n"
                        "Upgrade: h2c\r\nTE: trailers\r\nX-Kept: 1\r\n"));
  const std::string head = world.requests(8000).at(0);
  for (const char* name : {"Connection", "X-Mine", "Keep-Alive", "Upgrade", "TE"}) {
    EXPECT_EQ(field_of(head, name), "(none)") << name;
  }
  EXPECT_EQ(field_of(head, "X-Kept"), "1");
}

// Asks with each of eight keys, and then again with each; the backends must be the same, and more
// than one.
void expect_sticky(balance::KeySource source, std::string (*request_of)(int key)) {
  SnapshotSpec spec;
  spec.pools = {testing::pool_at(kPorts, balance::Policy::Maglev, std::move(source))};
  ProxyWorld world(spec);
  for (const uint16_t port : kPorts) world.answer_with(port, ok(std::to_string(port)));
  auto& client = world.connect();
  std::vector<std::string> backends;
  for (int key = 0; key < 8; ++key) backends.push_back(body_of(world.ask(client, request_of(key))));
  for (int key = 0; key < 8; ++key) {
    EXPECT_EQ(body_of(world.ask(client, request_of(key))), backends.at(key));
  }
  EXPECT_NE(std::count(backends.begin(), backends.end(), backends[0]), 8);
}

TEST(RequestStage, BringsAPathToTheSameBackendAgain) {
  expect_sticky({.kind = balance::KeySource::Kind::Path, .name = {}},
                [](int key) { return get("/" + std::to_string(key)); });
}

TEST(RequestStage, BringsAHeaderValueToTheSameBackendAgain) {
  expect_sticky({.kind = balance::KeySource::Kind::Header, .name = "X-User"},
                [](int key) { return get("/", "x-user: u" + std::to_string(key) + "\r\n"); });
}

TEST(RequestStage, BringsACookieToTheSameBackendAgain) {
  expect_sticky({.kind = balance::KeySource::Kind::Cookie, .name = "sid"}, [](int key) {
    return get("/", "Cookie: a=b; sid=s" + std::to_string(key) + "\r\n");
  });
}

TEST(RequestStage, FindsACookieInWhicheverCookieField) {
  expect_sticky({.kind = balance::KeySource::Kind::Cookie, .name = "sid"}, [](int key) {
    return get("/", "Cookie: a=b\r\nCookie: sid=s" + std::to_string(key) + "\r\n");
  });
}

TEST(RequestStage, BringsASourceAddressToTheSameBackendAgain) {
  SnapshotSpec spec;
  spec.pools = {testing::pool_at(kPorts, balance::Policy::Maglev)};
  ProxyWorld world(spec);
  for (const uint16_t port : kPorts) world.answer_with(port, ok(std::to_string(port)));
  const std::string backend = body_of(world.ask(world.connect(), get("/0")));
  for (int i = 1; i < 8; ++i) {
    EXPECT_EQ(body_of(world.ask(world.connect(), get("/" + std::to_string(i)))), backend);
  }
}

TEST(RequestStage, UnderstandsAHeadSplitAtEveryByte) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string request = get("/path", "X-A: b\r\n");
  world.ask(client, request);
  const std::string expected = world.requests(8000).at(0);
  for (size_t at = 1; at < request.size(); ++at) {
    ASSERT_EQ(world.ask(client, request.substr(0, at)), "");
    ASSERT_EQ(body_of(world.ask(client, request.substr(at))), "ok") << at;
    ASSERT_EQ(world.requests(8000).back(), expected);
  }
}

std::string head_of_size(size_t bytes) {
  const std::string rest = get("/");
  std::string fields;
  while (rest.size() + fields.size() < bytes) {
    const size_t line = std::min<size_t>(bytes - rest.size() - fields.size(), 1000);
    fields += "X-Fill: " + std::string(line - 10, 'f') + "\r\n";
  }
  return get("/", fields);
}

TEST(RequestStage, ForwardsTheLargestHeadAndRefusesALargerOne) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string largest = head_of_size(base::kRequestHeadBytesMax);
  ASSERT_EQ(largest.size(), base::kRequestHeadBytesMax);
  EXPECT_EQ(status_of(world.ask(client, largest)), "HTTP/1.1 200 OK");
  EXPECT_GT(world.requests(8000).at(0).size(), largest.size());
  const std::string response = world.ask(client, head_of_size(base::kRequestHeadBytesMax + 50));
  EXPECT_EQ(response.substr(9, 3), "431");
}

// Sends a line without an end in segments, until there is an answer.
struct EndlessLine {
  std::string status;
  std::string reason;
  size_t bytes = 0;  // that were sent
};
EndlessLine send_endless(ProxyWorld& world, const std::string& begin, size_t segment) {
  auto& client = world.connect();
  EndlessLine result;
  std::string response = world.ask(client, begin);
  for (result.bytes = begin.size(); response.empty() && result.bytes < 100'000;) {
    response = world.ask(client, std::string(segment, 'a'));
    result.bytes += segment;
  }
  result.status = status_of(response);
  result.reason = field_of(response, "Penstock-Reason");
  return result;
}

TEST(RequestStage, AnswersALineWithoutAnEndAsSoonAsItIsTooLong) {
  ProxyWorld world;
  for (const size_t segment : {500u, 1400u, 5000u}) {
    const EndlessLine line = send_endless(world, "GET /", segment);
    EXPECT_EQ(line.status, "HTTP/1.1 414 URI Too Long");
    EXPECT_EQ(line.reason, "target_too_long");
    EXPECT_LT(line.bytes, base::kRequestLineBytesMax + segment);
    const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    const EndlessLine field = send_endless(world, begin, segment);
    EXPECT_EQ(field.status, "HTTP/1.1 431 Request Header Fields Too Large");
    EXPECT_EQ(field.reason, "field_too_long");
    EXPECT_LT(field.bytes, begin.size() + base::kFieldLineBytesMax + segment);
  }
}

TEST(RequestStage, HoldsLinesToTheLimitsOfTheSnapshot) {
  SnapshotSpec spec;
  spec.limits.request_head = {.first_line_bytes = 300, .field_line_bytes = 400, .head_bytes = 2000};
  ProxyWorld world(spec);
  EXPECT_EQ(send_endless(world, "GET /", 100).bytes, 305u);
  EXPECT_EQ(send_endless(world, "GET / HTTP/1.1\r\nX:", 100).reason, "field_too_long");
  const std::string target = "/" + std::string(300, 'a');
  EXPECT_EQ(field_of(world.ask(world.connect(), get(target)), "Penstock-Reason"),
            "target_too_long");
  const std::string field = "X: " + std::string(400, 'a') + "\r\n";
  EXPECT_EQ(field_of(world.ask(world.connect(), get("/", field)), "Penstock-Reason"),
            "field_too_long");
  EXPECT_EQ(world.accepted_count(8000), 0u);
}

TEST(RequestStage, CutsAClientWhoseWrongHeadFindsNoExchangeLeft) {
  testing::ProxyWorldSettings settings;
  settings.proxy.exchanges_max = 1;
  ProxyWorld world({}, settings);
  auto& busy = world.connect();
  world.ask(busy, get());
  auto& wrong = world.connect();
  EXPECT_EQ(world.ask(wrong, "nonsense\r\n\r\n"), "");
  EXPECT_TRUE(wrong.was_reset());
  EXPECT_EQ(world.replies(http::ReplyReason::OverLimit), 1u);
}

// --- Bodies that are gathered before a backend is asked.

class GatheredBody : public ::testing::Test {
 protected:
  static SnapshotSpec gathering() {
    SnapshotSpec spec;
    spec.pools[0].request_buffer_bytes = 1000;
    spec.timeouts.client_body = Duration::from_s(3);
    return spec;
  }
  void send(const std::string& bytes) {
    client_.send(bytes);
    world_.settle();
  }
  size_t backends_asked() { return world_.accepted_count(8000); }

  ProxyWorld world_{gathering()};
  testing::PeerConnection& client_ = world_.connect();
};

TEST_F(GatheredBody, AsksABackendWhenAllOfItHasCome) {
  send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nhalf");
  EXPECT_EQ(backends_asked(), 0u);
  send("half");
  EXPECT_EQ(body_of(world_.accepted(8000).received()), "halfhalf");
}

TEST_F(GatheredBody, AsksABackendWhenAsMuchHasComeAsIsGathered) {
  send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + std::string(999, 'x'));
  EXPECT_EQ(backends_asked(), 0u);
  send("x");
  EXPECT_EQ(body_of(world_.accepted(8000).received()).size(), 1000u);
}

TEST_F(GatheredBody, IsAskedForWhenTheClientExpectsThat) {
  send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client_.take_received(), "HTTP/1.1 100 Continue\r\n\r\n");
  send("hi");
  EXPECT_EQ(field_of(world_.accepted(8000).received(), "Expect"), "(none)");
  EXPECT_EQ(body_of(world_.accepted(8000).received()), "hi");
}

TEST_F(GatheredBody, ThatDoesNotComeIs408) {
  send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nhalf");
  world_.run_for(Duration::from_s(4));
  EXPECT_EQ(client_.received().substr(9, 3), "408");
  EXPECT_EQ(backends_asked(), 0u);
}

TEST_F(GatheredBody, OfAClientThatLeavesAsksNobody) {
  send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nhalf");
  client_.close();
  world_.settle();
  EXPECT_EQ(backends_asked(), 0u);
  EXPECT_TRUE(client_.peer_closed());
}

TEST_F(GatheredBody, ThatIsMalformedIs400) {
  send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ");
  EXPECT_EQ(client_.received().substr(9, 3), "400");
}

}  // namespace
}  // namespace penstock::proxy
