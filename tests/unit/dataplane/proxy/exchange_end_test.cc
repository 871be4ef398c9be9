// SPDX-License-Identifier: Apache-2.0
//
// The end of exchanges: what is recorded, what is counted, what becomes of the connection.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/http_text.h"
#include "tests/support/proxy_world.h"

namespace penstock::proxy {
namespace {

using base::Duration;
using testing::field_of;
using testing::get;
using testing::ok;
using testing::ProxyWorld;
using testing::SnapshotSpec;

TEST(ExchangeEnd, RecordsWhatWasAskedAndAnswered) {
  ProxyWorld world;
  auto& client = world.connect();
  client.send("PUT /p?q=1 HTTP/1.1\r\nHost: a.example:80\r\nContent-Length: 4\r\n\r\nbody");
  world.run_for(Duration::from_ms(500));
  world.accepted(8000).send("HTTP/1.1 201 Created\r\nContent-Length: 7\r\n\r\ncreated");
  world.settle();
  ASSERT_EQ(world.records().size(), 1u);
  const AccessRecord& record = world.records()[0];
  EXPECT_EQ(record.method.view(), "PUT");
  EXPECT_EQ(record.host.view(), "a.example");
  EXPECT_EQ(record.target.view(), "/p?q=1");
  EXPECT_EQ(record.rule.view(), "all");
  EXPECT_EQ(record.pool.view(), "pool");
  EXPECT_EQ(record.status, 201);
  EXPECT_EQ(record.reason, http::ReplyReason::None);
  EXPECT_EQ(record.tries, 1);
  EXPECT_EQ(record.request_body_bytes, 4u);
  EXPECT_EQ(record.response_body_bytes, 7u);
  EXPECT_EQ(record.client.address, testing::ip("10.0.0.2"));
  EXPECT_EQ(record.backend, testing::endpoint("10.0.0.2", 8000));
  EXPECT_GT(record.duration_ns, Duration::from_ms(499).ns());
  EXPECT_LT(record.duration_ns, Duration::from_ms(510).ns());
}

TEST(ExchangeEnd, RecordsWhatIsKnownOfARefusedHead) {
  SnapshotSpec spec;
  spec.limits.request_head.field_line_bytes = 100;
  ProxyWorld world(spec);
  const std::string response = world.ask(
      world.connect(), "HEAD /p?q=1 HTTP/1.1\r\nHost: a.example\r\nX: " + std::string(200, 'x'));
  EXPECT_EQ(testing::status_of(response), "HTTP/1.1 431 Request Header Fields Too Large");
  EXPECT_EQ(testing::body_of(response), "");
  const AccessRecord& record = world.records().at(0);
  EXPECT_EQ(record.method.view(), "HEAD");
  EXPECT_EQ(record.host.view(), "a.example");
  EXPECT_EQ(record.target.view(), "/p?q=1");
  EXPECT_EQ(record.reason, http::ReplyReason::FieldTooLong);
}

TEST(ExchangeEnd, RecordsAReplyOfOurOwnWithItsReason) {
  SnapshotSpec spec;
  spec.rules.clear();
  ProxyWorld world(spec);
  world.ask(world.connect(), get());
  const AccessRecord& record = world.records().at(0);
  EXPECT_EQ(record.status, 404);
  EXPECT_EQ(record.reason, http::ReplyReason::NoRule);
  EXPECT_EQ(record.tries, 0);
  EXPECT_EQ(record.rule.view(), "");
  EXPECT_EQ(world.replies(http::ReplyReason::NoRule), 1u);
  EXPECT_EQ(world.counters().responses_by_class[4].read(), 1u);
}

TEST(ExchangeEnd, RecordsAClientThatLeftBeforeAStatusWasKnown) {
  ProxyWorld world;
  auto& client = world.connect();
  world.ask(client, get());
  client.abort();
  world.settle();
  EXPECT_EQ(world.records().at(0).status, 0);
  EXPECT_EQ(world.counters().responses_by_class[0].read(), 1u);
}

TEST(ExchangeEnd, CountsTrailersThatWereDropped) {
  ProxyWorld world;
  world.answer_with(8000, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: 1\r\n\r\n");
  auto& client = world.connect();
  world.ask(client, get());
  EXPECT_EQ(world.counters().trailers_dropped.read(), 1u);
  world.answer_with(8000, ok());
  world.ask(client,
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            "0\r\nA: 1\r\n\r\n");
  EXPECT_EQ(world.counters().trailers_dropped.read(), 2u);
  world.ask(client, get());
  EXPECT_EQ(world.counters().trailers_dropped.read(), 2u);
}

TEST(ExchangeEnd, CutsTextsThatDoNotFitInTheRecord) {
  ProxyWorld world;
  world.answer_with(8000, ok());
  const std::string path = "/" + std::string(500, 'p');
  world.ask(world.connect(), get(path));
  EXPECT_EQ(world.records().at(0).target.view(), path.substr(0, 160));
  EXPECT_TRUE(world.records().at(0).target.is_cut());
}

TEST(ExchangeEnd, HidesTheReasonWhenTheSnapshotSaysSo) {
  SnapshotSpec spec;
  spec.rules.clear();
  ProxyWorld world(spec);
  world.publish(spec).reason_header = ReasonHeader::Omit;
  EXPECT_EQ(field_of(world.ask(world.connect(), get()), "Penstock-Reason"), "(none)");
}

}  // namespace
}  // namespace penstock::proxy
