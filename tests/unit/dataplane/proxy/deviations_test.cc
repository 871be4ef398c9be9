// SPDX-License-Identifier: Apache-2.0
//
// What becomes of requests that deviate from the standards, and of the connections they came on.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/http_text.h"
#include "tests/support/proxy_world.h"

namespace penstock::proxy {
namespace {

using http::Deviation;
using testing::body_of;
using testing::field_of;
using testing::get;
using testing::ok;
using testing::ProxyWorld;
using testing::SnapshotSpec;
using testing::status_of;

SnapshotSpec under(const http::RequestPolicy& policy) {
  SnapshotSpec spec;
  spec.request_policy = policy;
  return spec;
}

uint64_t counted(const ProxyWorld& world, Deviation deviation) {
  return world.counters().requests_by_deviation[static_cast<size_t>(deviation)].read();
}

const std::string kBoth =
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
    "2\r\nhi\r\n0\r\n\r\n";

TEST(Deviations, OfFramingAreRefusedByDefault) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string response = world.ask(client, kBoth + get());
  EXPECT_EQ(status_of(response), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(field_of(response, "Penstock-Reason"), "content_length_with_transfer_encoding");
  EXPECT_TRUE(client.peer_closed());
  EXPECT_EQ(world.requests(8000).size(), 0u);
  EXPECT_EQ(counted(world, Deviation::ContentLengthWithTransferEncoding), 0u);
}

TEST(Deviations, OfFramingLeaveInOneReadingAndNeitherConnectionGoesOn) {
  ProxyWorld world(under({.mode = http::Mode::Monitor}));
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string response = world.ask(client, kBoth + get("/second"));
  EXPECT_EQ(body_of(response), "ok");
  EXPECT_EQ(field_of(response, "Connection"), "close");
  EXPECT_TRUE(client.peer_closed());
  ASSERT_EQ(world.requests(8000).size(), 1u);
  const std::string head = world.requests(8000).at(0);
  EXPECT_EQ(field_of(head, "Content-Length"), "(none)");
  EXPECT_EQ(field_of(head, "Transfer-Encoding"), "chunked");
  EXPECT_EQ(field_of(head, "Connection"), "close");
  EXPECT_TRUE(world.accepted(8000).peer_closed());
  EXPECT_EQ(world.backend_counters(8000).connections_idle.read(), 0u);
  EXPECT_EQ(counted(world, Deviation::ContentLengthWithTransferEncoding), 1u);
  EXPECT_TRUE(world.records().at(0).deviations.has(Deviation::ContentLengthWithTransferEncoding));
}

TEST(Deviations, OfEqualLengthsLeaveWithOne) {
  ProxyWorld world(under({.mode = http::Mode::Monitor}));
  world.answer_with(8000, ok());
  world.ask(world.connect(),
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nhi");
  const std::string head = world.requests(8000).at(0);
  EXPECT_EQ(testing::count_of(head, "Content-Length"), 1u);
  EXPECT_EQ(field_of(head, "Content-Length"), "2");
}

TEST(Deviations, OfABodyOnGetLeaveNeitherConnectionToAnother) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string response = world.ask(client, get("/", "Content-Length: 2\r\n") + "hi" + get());
  EXPECT_EQ(body_of(response), "ok");
  EXPECT_EQ(field_of(response, "Connection"), "close");
  EXPECT_TRUE(client.peer_closed());
  EXPECT_EQ(world.requests(8000).size(), 1u);
  EXPECT_TRUE(world.accepted(8000).peer_closed());
  EXPECT_EQ(counted(world, Deviation::BodyUnexpected), 1u);
}

TEST(Deviations, ThatAreAcceptableLeaveBothConnectionsOpen) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string request = "\r\n" + get("/a|b", "Content-Length: 0\r\nExpect: magic\r\n");
  EXPECT_EQ(field_of(world.ask(client, request), "Connection"), "(none)");
  EXPECT_EQ(field_of(world.ask(client, request), "Connection"), "(none)");
  EXPECT_EQ(world.accepted_count(8000), 1u);
  for (const Deviation deviation : {Deviation::EmptyLinesBefore, Deviation::TargetBeyondUri,
                                    Deviation::ContentLengthZero, Deviation::ExpectationUnknown}) {
    EXPECT_EQ(counted(world, deviation), 2u) << http::entry_of(deviation).text;
  }
}

TEST(Deviations, AreRefusedUnderStrictest) {
  ProxyWorld world(under({.mode = http::Mode::Strictest}));
  world.answer_with(8000, ok());
  const std::string response = world.ask(world.connect(), get("/", "Expect: magic\r\n"));
  EXPECT_EQ(status_of(response), "HTTP/1.1 417 Expectation Failed");
  EXPECT_EQ(field_of(response, "Connection"), "close");
  EXPECT_EQ(status_of(world.ask(world.connect(), get())), "HTTP/1.1 200 OK");
  EXPECT_EQ(counted(world, Deviation::ExpectationUnknown), 0u);
}

TEST(Deviations, InFieldNamesReachNeitherRulesNorBackends) {
  SnapshotSpec spec;
  spec.rules = {testing::rule("mine", route::FixedResponse{418, "", ""}),
                testing::rule("all", route::Forward{0})};
  spec.rules[0].headers.push_back({.name = "X_Mine", .value = std::nullopt});
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  const std::string fields = "X-A: 1\r\nX_Mine: 2\r\nContent_Length: 3\r\nX-B: 4\r\n";
  EXPECT_EQ(body_of(world.ask(world.connect(), get("/", fields))), "ok");
  const std::string head = world.requests(8000).at(0);
  EXPECT_EQ(field_of(head, "X_Mine"), "(none)");
  EXPECT_EQ(field_of(head, "Content_Length"), "(none)");
  EXPECT_EQ(field_of(head, "X-A"), "1");
  EXPECT_EQ(field_of(head, "X-B"), "4");
  EXPECT_EQ(counted(world, Deviation::FieldNameUnderscore), 1u);
}

TEST(Deviations, InFieldNamesGoOnWherePolicySaysSo) {
  ProxyWorld world(under({.underscores = http::Underscores::Forward}));
  world.answer_with(8000, ok());
  world.ask(world.connect(), get("/", "X_Mine: 2\r\n"));
  EXPECT_EQ(field_of(world.requests(8000).at(0), "X_Mine"), "2");
}

SnapshotSpec with_private_rule(const http::RequestPolicy& policy) {
  SnapshotSpec spec = under(policy);
  spec.rules = {testing::rule("private", route::FixedResponse{403, "", ""}),
                testing::rule("moved", route::Redirect{}), testing::rule("all", route::Forward{0})};
  spec.rules[0].path = {route::PathMatch::Kind::Prefix, "/private"};
  spec.rules[1].path = {route::PathMatch::Kind::Exact, "/moved"};
  return spec;
}

TEST(Paths, MeetTheirRuleHoweverTheyAreWritten) {
  ProxyWorld world(with_private_rule({}));
  world.answer_with(8000, ok());
  auto& client = world.connect();
  for (const char* path : {"/private", "/%70rivate", "//private", "/./private", "/a/../private",
                           "/a/%2e%2E/privat%65/x", "http://a.example/b/..//private"}) {
    EXPECT_EQ(status_of(world.ask(client, get(path))), "HTTP/1.1 403 Forbidden") << path;
  }
  EXPECT_EQ(world.requests(8000).size(), 0u);
}

TEST(Paths, LeaveAsRulesSawThemWithTheQueryAsItCame) {
  ProxyWorld world(with_private_rule({}));
  world.answer_with(8000, ok());
  auto& client = world.connect();
  world.ask(client, get("/a//b/../%63%c2%a9?x=/../%41//"));
  world.ask(client, get("http://a.example/./x?%41"));
  EXPECT_EQ(status_of(world.requests(8000).at(0)), "GET /a/c%C2%A9?x=/../%41// HTTP/1.1");
  EXPECT_EQ(status_of(world.requests(8000).at(1)), "GET /x?%41 HTTP/1.1");
}

TEST(Paths, LeaveAsTheyCameWherePolicySaysSo) {
  ProxyWorld world(with_private_rule({.sent_path = http::SentPath::Received}));
  world.answer_with(8000, ok());
  auto& client = world.connect();
  world.ask(client, get("/a//b/../%63?x"));
  EXPECT_EQ(status_of(world.requests(8000).at(0)), "GET /a//b/../%63?x HTTP/1.1");
  EXPECT_EQ(status_of(world.ask(client, get("/a/../private"))), "HTTP/1.1 403 Forbidden");
}

TEST(Paths, AreNormalInTheLocationOfARedirect) {
  ProxyWorld world(with_private_rule({}));
  const std::string response = world.ask(world.connect(), get("/x/../moved?y=%41"));
  EXPECT_EQ(field_of(response, "Location"), "http://a.example/moved?y=%41");
}

TEST(Paths, ThatClimbAreRefused) {
  ProxyWorld world;
  const std::string response = world.ask(world.connect(), get("/a/../../etc/passwd"));
  EXPECT_EQ(field_of(response, "Penstock-Reason"), "path_above_root");
  EXPECT_EQ(field_of(response, "Connection"), "close");
}

TEST(Paths, ThatMeanTheSameMeetTheSameBackend) {
  SnapshotSpec spec;
  const std::vector<uint16_t> ports = {8000, 8001, 8002};
  spec.pools = {testing::pool_at(ports, balance::Policy::Maglev,
                                 {.kind = balance::KeySource::Kind::Path, .name = {}})};
  ProxyWorld world(spec);
  for (const uint16_t port : ports) world.answer_with(port, ok(std::to_string(port)));
  auto& client = world.connect();
  for (int key = 0; key < 8; ++key) {
    const std::string path = "/k" + std::to_string(key);
    const std::string backend = body_of(world.ask(client, get(path)));
    EXPECT_EQ(body_of(world.ask(client, get("/%6b" + std::to_string(key)))), backend);
    EXPECT_EQ(body_of(world.ask(client, get("/x/.." + path))), backend);
  }
}

}  // namespace
}  // namespace penstock::proxy
