// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/writer.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/support/string_sink.h"
#include "tests/unit/dataplane/http/parsed_head.h"

namespace penstock::http::h1 {
namespace {

using Kind = Framing::Kind;
using support::StringSink;

RequestEdits edits_of(Framing framing = {}) {
  RequestEdits edits;
  edits.framing = framing;
  edits.origin.peer_address = "192.0.2.7";
  edits.origin.client_address = "192.0.2.7";
  edits.origin.proto = "http";
  edits.origin.port = 8080;
  return edits;
}

std::string emitted(const ParsedRequest& request, const RequestEdits& edits) {
  StringSink sink;
  emit_request_head(sink, request.head, request.bytes(), edits);
  return sink.text;
}
// From a whole head; `framing` as request_framing() would say.
std::string emitted(const std::string& head, Framing framing = {}) {
  return emitted(ParsedRequest(head), edits_of(framing));
}

// What is said of the origin of a request for this host.
std::string forwarded(const std::string& host) {
  const std::string text =
      "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: 8080\r\n";
  return host.empty() ? text : text + "X-Forwarded-Host: " + host + "\r\n";
}

TEST(RequestWriter, KeepsHostAndEndToEndFieldsInOrder) {
  EXPECT_EQ(emitted("GET /a?b HTTP/1.1\r\nA: 1\r\nHost: h:81\r\nB:2 \r\n\r\nbody"),
            "GET /a?b HTTP/1.1\r\nA: 1\r\nHost: h:81\r\nB:2 \r\n" + forwarded("h:81") + "\r\n");
}

TEST(RequestWriter, RemovesHopByHopFieldsWhereverTheyStand) {
  EXPECT_EQ(emitted("GET / HTTP/1.1\r\nConnection: keep-alive, X-Mine\r\nHost: h\r\nA: 1\r\n"
                    "Keep-Alive: 5\r\nProxy-Connection: x\r\nTE: trailers\r\nX-Mine: 1\r\nB: 2\r\n"
                    "C: 3\r\nTrailer: A\r\nUpgrade: h2c\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 2\r\nC: 3\r\n" + forwarded("h") + "\r\n");
}

TEST(RequestWriter, LetsNoClientNominateItsForwardedForAway) {
  EXPECT_EQ(emitted("GET / HTTP/1.1\r\nConnection: x-forwarded-for, host, cookie\r\nHost: h\r\n"
                    "Cookie: c\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: h\r\nCookie: c\r\nX-Forwarded-For: 10.0.0.1, 192.0.2.7\r\n"
            "X-Forwarded-Proto: http\r\nX-Forwarded-Port: 8080\r\nX-Forwarded-Host: h\r\n\r\n");
}

TEST(RequestWriter, AppendsToOneForwardedForAndReplacesTheOthers) {
  EXPECT_EQ(emitted("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.1.1.1, 2.2.2.2\r\n"
                    "X-Forwarded-Proto: https\r\nX-Forwarded-For:\r\nX-Forwarded-Port: 1\r\n"
                    "X-Forwarded-For: 3.3.3.3\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.1.1.1, 2.2.2.2, 3.3.3.3, 192.0.2.7\r\n"
            "X-Forwarded-Proto: http\r\nX-Forwarded-Port: 8080\r\nX-Forwarded-Host: h\r\n\r\n");
}

TEST(RequestWriter, WritesFramingAnew) {
  EXPECT_EQ(emitted("POST / HTTP/1.1\r\nContent-Length: 005\r\nHost: h\r\n\r\n", {Kind::Length, 5}),
            "POST / HTTP/1.1\r\nHost: h\r\n" + forwarded("h") + "Content-Length: 5\r\n\r\n");
  EXPECT_EQ(
      emitted("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: CHUNKED\r\n\r\n",
              {Kind::Chunked, 0}),
      "POST / HTTP/1.1\r\nHost: h\r\n" + forwarded("h") + "Transfer-Encoding: chunked\r\n\r\n");
}

TEST(RequestWriter, TurnsAbsoluteFormIntoOriginFormAndItsAuthorityIntoHost) {
  EXPECT_EQ(emitted("GET http://b:81/x?y HTTP/1.1\r\nA: 1\r\nHost: a\r\n\r\n"),
            "GET /x?y HTTP/1.1\r\nHost: b:81\r\nA: 1\r\n" + forwarded("b:81") + "\r\n");
  EXPECT_EQ(emitted("GET http://b HTTP/1.1\r\nHost: a\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: b\r\n" + forwarded("b") + "\r\n");
  EXPECT_EQ(emitted("GET http://b?q HTTP/1.1\r\nHost: a\r\n\r\n"),
            "GET /?q HTTP/1.1\r\nHost: b\r\n" + forwarded("b") + "\r\n");
}

TEST(RequestWriter, TurnsOptionsWithoutAPathIntoAsteriskForm) {
  EXPECT_EQ(emitted("OPTIONS http://b HTTP/1.1\r\nHost: a\r\n\r\n"),
            "OPTIONS * HTTP/1.1\r\nHost: b\r\n" + forwarded("b") + "\r\n");
  EXPECT_EQ(emitted("OPTIONS http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
            "OPTIONS / HTTP/1.1\r\nHost: b\r\n" + forwarded("b") + "\r\n");
  EXPECT_EQ(emitted("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n" + forwarded("a") + "\r\n");
}

TEST(RequestWriter, SendsAnotherPathWithTheSameQuery) {
  const auto with_path = [](const std::string& target) {
    RequestEdits edits = edits_of();
    edits.path = "/new";
    const std::string head =
        emitted(ParsedRequest("GET " + target + " HTTP/1.1\r\nHost: a\r\nB: 1\r\n\r\n"), edits);
    EXPECT_TRUE(head.ends_with("\r\nHost: a\r\nB: 1\r\n" + forwarded("a") + "\r\n")) << head;
    return head.substr(0, head.find('\r'));
  };
  EXPECT_EQ(with_path("/old"), "GET /new HTTP/1.1");
  EXPECT_EQ(with_path("/a/../old?b=/../c"), "GET /new?b=/../c HTTP/1.1");
  EXPECT_EQ(with_path("/old?"), "GET /new? HTTP/1.1");
  EXPECT_EQ(with_path("http://a/old?b"), "GET /new?b HTTP/1.1");
}

TEST(RequestWriter, SaysHttp11AndAnEmptyHostForAnOldClient) {
  EXPECT_EQ(emitted("GET / HTTP/1.0\r\nA: 1\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: \r\nA: 1\r\n" + forwarded("") + "\r\n");
}

TEST(RequestWriter, ForwardsOrRemovesAnExpectation) {
  const auto request = request_with("Expect: 100-continue\r\nA: 1\r\n");
  RequestEdits edits = edits_of();
  EXPECT_NE(emitted(request, edits).find("Expect: 100-continue\r\nA: 1\r\n"), std::string::npos);
  edits.expect = ExpectField::Remove;
  EXPECT_EQ(emitted(request, edits).find("Expect"), std::string::npos);
  EXPECT_NE(emitted(request, edits).find("\r\nA: 1\r\n"), std::string::npos);
}

TEST(RequestWriter, AnnouncesThatItWillClose) {
  RequestEdits edits = edits_of();
  edits.persistence = Persistence::Close;
  EXPECT_EQ(emitted(request_with(""), edits),
            "GET / HTTP/1.1\r\nHost: a\r\n" + forwarded("a") + "Connection: close\r\n\r\n");
}

TEST(RequestWriter, WritesMaxForwardsAnewOrLeavesThem) {
  const auto request = request_with("Max-Forwards: 10\r\nA: 1\r\n");
  RequestEdits edits = edits_of();
  EXPECT_NE(emitted(request, edits).find("\r\nMax-Forwards: 10\r\nA: 1\r\n"), std::string::npos);
  edits.max_forwards = 9;
  EXPECT_EQ(emitted(request, edits),
            "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nMax-Forwards: 9\r\n" + forwarded("a") + "\r\n");
}

// What we emit is read by our own parser as what we meant.
TEST(RequestWriter, EmitsHeadsThatParse) {
  const ParsedRequest again(
      emitted("GET http://b:81/x HTTP/1.1\r\nHost: a\r\n\r\n", {Kind::Length, 3}));
  EXPECT_EQ(again.of(again.head.authority), "b");
  EXPECT_EQ(*request_framing(again.head, again.bytes()), (Framing{Kind::Length, 3}));
}

std::string emitted(const ParsedResponse& response, const ResponseEdits& edits) {
  StringSink sink;
  emit_response_head(sink, response.head, response.bytes(), edits);
  return sink.text;
}
ResponseEdits response_edits(Framing framing) {
  ResponseEdits edits;
  edits.framing = framing;
  return edits;
}

TEST(ResponseWriter, RemovesHopByHopFieldsAndWritesFramingAnew) {
  const auto response =
      response_with("200 Fine",
                    "Connection: close, X-Hop\r\nA: 1\r\nContent-Length: 07\r\nX-Hop: 1\r\n"
                    "B: 2\r\nKeep-Alive: timeout=5\r\n");
  EXPECT_EQ(emitted(response, response_edits({Kind::Length, 7})),
            "HTTP/1.1 200 Fine\r\nA: 1\r\nB: 2\r\nContent-Length: 7\r\n\r\n");
}

TEST(ResponseWriter, UpgradesTheVersionOfAnOldBackend) {
  const ParsedResponse response("HTTP/1.0 200\r\nA: 1\r\n\r\n");
  EXPECT_EQ(emitted(response, response_edits({Kind::Chunked, 0})),
            "HTTP/1.1 200 \r\nA: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(ResponseWriter, SaysWhatBecomesOfTheConnection) {
  const auto response = response_with("200 OK", "");
  ResponseEdits edits = response_edits({Kind::Length, 0});
  edits.client_version = Version::Http10;
  EXPECT_EQ(emitted(response, edits),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
  edits.persistence = Persistence::Close;
  EXPECT_EQ(emitted(response, edits),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST(ResponseWriter, AlwaysClosesBehindABodyThatEndsWithTheConnection) {
  ResponseEdits edits = response_edits({Kind::UntilClose, 0});
  edits.client_version = Version::Http10;
  EXPECT_EQ(emitted(response_with("200 OK", ""), edits),
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
}

TEST(ResponseWriter, KeepsTheLengthOfABodyThatIsNotSent) {
  ResponseEdits edits;
  EXPECT_EQ(emitted(response_with("304 Not Modified", "Content-Length: 9\r\n"), edits),
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
  EXPECT_EQ(emitted(response_with("204 No Content", "Content-Length: 9\r\n"), edits),
            "HTTP/1.1 204 No Content\r\n\r\n");
  edits.request_method = Method::Head;
  EXPECT_EQ(emitted(response_with("200 OK", "Content-Length: 9\r\n"), edits),
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
  EXPECT_EQ(emitted(response_with("200 OK", "Transfer-Encoding: chunked\r\n"), edits),
            "HTTP/1.1 200 OK\r\n\r\n");
}

TEST(ResponseWriter, LeavesAnInterimResponseWithoutFramingAndConnection) {
  ResponseEdits edits;
  edits.persistence = Persistence::Close;
  EXPECT_EQ(emitted(response_with("103 Early Hints", "Link: </a>\r\nContent-Length: 1\r\n"), edits),
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  const ParsedResponse proceed{std::string(kContinueHead)};
  EXPECT_EQ(proceed.head.status, 100);
}

// RFC 9110 6.6.1: a recipient with a clock appends it; one that is there stays as it is.
TEST(ResponseWriter, DatesAResponseThatHasNoDate) {
  ResponseEdits edits = response_edits({Kind::Length, 0});
  edits.date = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_EQ(emitted(response_with("200 OK", "A: 1\r\n"), edits),
            "HTTP/1.1 200 OK\r\nA: 1\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(emitted(response_with("200 OK", "date: mine\r\n"), edits),
            "HTTP/1.1 200 OK\r\ndate: mine\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(emitted(response_with("103 Early Hints", ""), edits),
            "HTTP/1.1 103 Early Hints\r\n\r\n");
}

TEST(ChunkHeader, IsHexWithItsLineEnd) {
  std::array<uint8_t, kChunkHeaderBytesMax> room;
  const auto text = [&](uint64_t size) {
    const size_t length = emit_chunk_header(size, room);
    return std::string(base::as_text(base::ByteSpan(room).first(length)));
  };
  EXPECT_EQ(text(1), "1\r\n");
  EXPECT_EQ(text(0x1a2b), "1a2b\r\n");
  EXPECT_EQ(text(UINT64_MAX), "ffffffffffffffff\r\n");
}

std::string emitted(const LocalReply& reply) {
  StringSink sink;
  emit_local_reply(sink, reply);
  return sink.text;
}

TEST(LocalReply, CarriesItsReasonAndItsLength) {
  LocalReply reply;
  reply.status = 503;
  reply.reason = ReplyReason::NoBackend;
  reply.content_type = "text/plain";
  reply.body = "later\n";
  reply.retry_after_s = 5;
  reply.date = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_EQ(emitted(reply),
            "HTTP/1.1 503 Service Unavailable\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Retry-After: 5\r\nPenstock-Reason: no_backend\r\nContent-Type: text/plain\r\n"
            "Content-Length: 6\r\nConnection: close\r\n\r\nlater\n");
}

TEST(LocalReply, DescribesButDoesNotSendABodyInAnswerToHead) {
  LocalReply reply;
  reply.status = 404;
  reply.body = "none\n";
  reply.request_method = Method::Head;
  reply.persistence = Persistence::KeepAlive;
  EXPECT_EQ(emitted(reply), "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\n");
}

TEST(LocalReply, HasNeitherBodyNorLengthWhereTheStatusForbidsThem) {
  LocalReply reply;
  reply.status = 204;
  reply.body = "x";
  reply.persistence = Persistence::KeepAlive;
  EXPECT_EQ(emitted(reply), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(LocalReply, RedirectsToALocation) {
  LocalReply reply;
  reply.status = 308;
  reply.reason = ReplyReason::RuleRedirect;
  reply.reason_field = ReasonField::Hide;
  reply.location = "https://a/";
  reply.client_version = Version::Http10;
  reply.persistence = Persistence::KeepAlive;
  EXPECT_EQ(emitted(reply),
            "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://a/\r\nContent-Length: 0\r\n"
            "Connection: keep-alive\r\n\r\n");
}

}  // namespace
}  // namespace penstock::http::h1
