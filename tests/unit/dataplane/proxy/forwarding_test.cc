// SPDX-License-Identifier: Apache-2.0
//
// Whose word the proxy takes for a client, and what it tells both sides of a request.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/support/http_text.h"
#include "tests/support/proxy_world.h"

namespace penstock::proxy {
namespace {

using http::Addition;
using testing::body_of;
using testing::field_of;
using testing::get;
using testing::ok;
using testing::ProxyWorld;
using testing::SnapshotSpec;
using testing::status_of;

// The world's clients are at 10.0.0.2.
SnapshotSpec trusting(const std::string& network) {
  SnapshotSpec spec;
  spec.forwarding.trusted_proxies = base::PrefixSet(std::vector{*base::IpPrefix::parse(network)});
  spec.rules = {testing::rule("office", route::FixedResponse{418, "", ""}),
                testing::rule("all", route::Forward{0})};
  const std::vector<base::IpPrefix> office = {*base::IpPrefix::parse("192.0.2.0/24")};
  spec.rules[0].sources = base::PrefixSet(office);
  return spec;
}

const std::string kClaim = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n";

TEST(Forwarding, TakesATrustedProxysWordForTheClient) {
  ProxyWorld world(trusting("10.0.0.2/32"));
  EXPECT_EQ(status_of(world.ask(world.connect(), get("/", kClaim))).substr(0, 12), "HTTP/1.1 418");
  EXPECT_EQ(world.records().at(0).client,
            (base::Endpoint{*base::IpAddress::parse("192.0.2.7"), 0}));
}

TEST(Forwarding, TakesNobodyElsesWord) {
  ProxyWorld world(trusting("10.0.0.3/32"));
  world.answer_with(8000, ok());
  EXPECT_EQ(body_of(world.ask(world.connect(), get("/", kClaim))), "ok");
  EXPECT_EQ(world.records().at(0).client.address, *base::IpAddress::parse("10.0.0.2"));
  EXPECT_NE(world.records().at(0).client.port, 0);
  EXPECT_EQ(field_of(world.requests(8000).at(0), "X-Forwarded-Proto"), "http");
}

TEST(Forwarding, KeepsWhatATrustedProxySaidOfTheScheme) {
  SnapshotSpec spec = trusting("10.0.0.0/24");
  spec.rules.erase(spec.rules.begin());
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  world.ask(world.connect(), get("/", kClaim));
  const std::string head = world.requests(8000).at(0);
  EXPECT_EQ(field_of(head, "X-Forwarded-For"), "192.0.2.7, 10.0.0.2");
  EXPECT_EQ(field_of(head, "X-Forwarded-Proto"), "https");
  EXPECT_EQ(field_of(head, "X-Forwarded-Port"), "80");
  EXPECT_EQ(field_of(head, "X-Forwarded-Host"), "a.example");
}

TEST(Forwarding, BalancesByTheClientThatAProxySpeaksFor) {
  SnapshotSpec spec;
  const std::vector<uint16_t> ports = {8000, 8001, 8002};
  spec.forwarding.trusted_proxies =
      base::PrefixSet(std::vector{*base::IpPrefix::parse("10.0.0.0/8")});
  spec.pools = {testing::pool_at(ports, balance::Policy::Maglev)};
  ProxyWorld world(spec);
  for (const uint16_t port : ports) world.answer_with(port, ok(std::to_string(port)));
  std::set<std::string> backends;
  for (int i = 1; i < 16; ++i) {
    const std::string fields = "X-Forwarded-For: 192.0.2." + std::to_string(i) + "\r\n";
    const std::string backend = body_of(world.ask(world.connect(), get("/", fields)));
    EXPECT_EQ(body_of(world.ask(world.connect(), get("/other", fields))), backend);
    backends.insert(backend);
  }
  EXPECT_GT(backends.size(), 1u);
}

TEST(Forwarding, WritesTheClientWhereClaimsAreReplaced) {
  SnapshotSpec spec = trusting("10.0.0.0/24");
  spec.rules.erase(spec.rules.begin());
  spec.forwarding.x_forwarded = http::XForwarded::Replace;
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  world.ask(world.connect(), get("/", "X-Forwarded-For: 1.1.1.1, 192.0.2.7\r\n"));
  EXPECT_EQ(field_of(world.requests(8000).at(0), "X-Forwarded-For"), "192.0.2.7");
}

TEST(Forwarding, NamesItselfInViaBothWays) {
  SnapshotSpec spec;
  spec.forwarding.via = Addition::Append;
  spec.forwarding.via_name = "edge";
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  EXPECT_EQ(field_of(world.ask(world.connect(), get()), "Via"), "1.1 edge");
  EXPECT_EQ(field_of(world.requests(8000).at(0), "Via"), "1.1 edge");
}

TEST(Forwarding, SaysNothingExtraByDefault) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  const std::string response = world.ask(world.connect(), get("/", "X-Request-ID: abc\r\n"));
  EXPECT_EQ(field_of(response, "Via"), "(none)");
  EXPECT_EQ(field_of(response, "X-Request-ID"), "(none)");
  const std::string head = world.requests(8000).at(0);
  EXPECT_EQ(field_of(head, "X-Request-ID"), "abc");
  EXPECT_EQ(field_of(head, "Forwarded"), "(none)");
  EXPECT_EQ(world.records().at(0).request_id.view(), "");
}

TEST(RequestIds, AreTheSameForBackendClientAndLog) {
  SnapshotSpec spec;
  spec.forwarding.request_id = Addition::Append;
  ProxyWorld world(spec);
  world.answer_with(8000, ok("ok", "X-Request-ID: theirs\r\n"));
  auto& client = world.connect();
  const std::string response = world.ask(client, get("/", "X-Request-ID: claimed\r\n"));
  const std::string id = field_of(response, "X-Request-ID");
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(field_of(world.requests(8000).at(0), "X-Request-ID"), id);
  EXPECT_EQ(world.records().at(0).request_id.view(), id);
  EXPECT_EQ(testing::count_of(response, "X-Request-ID"), 1u);
  EXPECT_NE(field_of(world.ask(client, get()), "X-Request-ID"), id);
}

TEST(RequestIds, AreKeptFromTrustedProxiesWhenTheyAreSane) {
  SnapshotSpec spec;
  spec.forwarding.request_id = Addition::Append;
  spec.forwarding.trusted_proxies =
      base::PrefixSet(std::vector{*base::IpPrefix::parse("10.0.0.0/8")});
  ProxyWorld world(spec);
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const auto answered = [&](const std::string& id) {
    return field_of(world.ask(client, get("/", "X-Request-ID: " + id + "\r\n")), "X-Request-ID");
  };
  EXPECT_EQ(answered("abc-1"), "abc-1");
  EXPECT_EQ(answered("a b").size(), 32u);
  EXPECT_EQ(answered(std::string(129, 'x')).size(), 32u);
}

TEST(RequestIds, AreInRepliesOfOurOwn) {
  SnapshotSpec spec;
  spec.rules = {};
  spec.forwarding.request_id = Addition::Append;
  ProxyWorld world(spec);
  const std::string response = world.ask(world.connect(), get());
  EXPECT_EQ(status_of(response), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(field_of(response, "X-Request-ID"), world.records().at(0).request_id.view());
}

TEST(Dates, AreInRepliesOfOurOwnAndInResponsesWithout) {
  ProxyWorld world;
  world.answer_with(8000, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  auto& client = world.connect();
  world.settle();
  world.set_wall_clock(784'111'777);
  EXPECT_EQ(field_of(world.ask(client, get()), "Date"), "Sun, 06 Nov 1994 08:49:37 GMT");
  world.set_wall_clock(784'111'778);
  world.answer_with(8000, ok());
  EXPECT_EQ(world.ask(client, get()), ok());
  EXPECT_EQ(field_of(world.ask(client, "nonsense\r\n\r\n"), "Date"),
            "Sun, 06 Nov 1994 08:49:38 GMT");
}

TEST(MaxForwards, CountHopsOfOptionsAndTrace) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string rest = " / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 2\r\n\r\n";
  for (const std::string method : {"OPTIONS", "TRACE", "GET"}) world.ask(client, method + rest);
  const std::vector<std::string>& requests = world.requests(8000);
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(field_of(requests[0], "Max-Forwards"), "1");
  EXPECT_EQ(field_of(requests[1], "Max-Forwards"), "1");
  EXPECT_EQ(field_of(requests[2], "Max-Forwards"), "2");
}

TEST(MaxForwards, OfNoneLeftAreAnsweredHereAndKeepTheConnection) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  auto& client = world.connect();
  const std::string rest = " / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n";
  EXPECT_EQ(status_of(world.ask(client, "OPTIONS" + rest)), "HTTP/1.1 200 OK");
  EXPECT_EQ(status_of(world.ask(client, "TRACE" + rest)), "HTTP/1.1 501 Not Implemented");
  EXPECT_EQ(world.replies(http::ReplyReason::MaxForwardsReached), 2u);
  EXPECT_TRUE(world.requests(8000).empty());
  EXPECT_EQ(body_of(world.ask(client, "GET" + rest)), "ok");
}

TEST(MaxForwards, ThatAreNoNumberAreRefused) {
  ProxyWorld world;
  const std::string response =
      world.ask(world.connect(), "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: x\r\n\r\n");
  EXPECT_EQ(status_of(response), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(field_of(response, "Penstock-Reason"), "field_value_invalid");
}

TEST(ResponseFields, BeyondTheirLimitAre502) {
  SnapshotSpec spec;
  spec.limits.response_fields = 8;
  ProxyWorld world(spec);
  std::string fields;
  for (int i = 0; i < 6; ++i) fields += "X-F: 1\r\n";
  world.answer_with(8000, ok("ok", fields));
  EXPECT_EQ(body_of(world.ask(world.connect(), get())), "ok");
  world.answer_with(8000, ok("ok", fields + "X-F: 1\r\n"));
  const std::string response = world.ask(world.connect(), get());
  EXPECT_EQ(status_of(response), "HTTP/1.1 502 Bad Gateway");
  EXPECT_EQ(field_of(response, "Penstock-Reason"), "response_head_too_large");
}

}  // namespace
}  // namespace penstock::proxy
