// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/origin_fields.h"

#include <gtest/gtest.h>

#include <string>

#include "dataplane/http/h1/writer.h"
#include "tests/support/string_sink.h"
#include "tests/unit/dataplane/http/parsed_head.h"

namespace penstock::http::h1 {
namespace {

OriginEdits origin(XForwarded x_forwarded, Trust peer_trust = Trust::Untrusted) {
  return {.x_forwarded = x_forwarded,
          .peer_trust = peer_trust,
          .peer_address = "192.0.2.7",
          .client_address = "198.51.100.9",
          .proto = "http",
          .port = 80};
}

// The fields behind Host, as a backend gets them.
std::string sent(const std::string& field_lines, const OriginEdits& edits,
                 const std::string& line = "GET / HTTP/1.1\r\nHost: a:81\r\n") {
  const ParsedRequest request(line + field_lines + "\r\n");
  support::StringSink sink;
  emit_request_head(sink, request.head, request.bytes(), {.framing = {}, .origin = edits});
  const size_t host = sink.text.find("Host: ");
  const size_t begin = sink.text.find("\r\n", host) + 2;
  return sink.text.substr(begin, sink.text.size() - begin - 2);
}

const std::string kClaims =
    "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\n"
    "X-Forwarded-Host: evil\r\n";
const std::string kOurs =
    "X-Forwarded-Proto: http\r\nX-Forwarded-Port: 80\r\n"
    "X-Forwarded-Host: a:81\r\n";

TEST(XForwarded, IsAppendedToAndSetAnewForAnUntrustedPeer) {
  EXPECT_EQ(sent("", origin(XForwarded::Append)), "X-Forwarded-For: 192.0.2.7\r\n" + kOurs);
  EXPECT_EQ(sent(kClaims, origin(XForwarded::Append)),
            "X-Forwarded-For: 1.1.1.1, 192.0.2.7\r\n" + kOurs);
}

TEST(XForwarded, IsKeptFromATrustedPeer) {
  const OriginEdits trusted = origin(XForwarded::Append, Trust::Trusted);
  EXPECT_EQ(sent(kClaims, trusted),
            "X-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\nX-Forwarded-Host: evil\r\n"
            "X-Forwarded-For: 1.1.1.1, 192.0.2.7\r\n");
  EXPECT_EQ(sent("X-Forwarded-Proto: https\r\n", trusted),
            "X-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Port: 80\r\n"
            "X-Forwarded-Host: a:81\r\n");
}

TEST(XForwarded, IsReplacedWhateverWasSaid) {
  for (const Trust trust : {Trust::Untrusted, Trust::Trusted}) {
    EXPECT_EQ(sent(kClaims, origin(XForwarded::Replace, trust)),
              "X-Forwarded-For: 198.51.100.9\r\n" + kOurs);
  }
}

TEST(XForwarded, IsPreservedAndFilledIn) {
  EXPECT_EQ(sent(kClaims, origin(XForwarded::Preserve)), kClaims);
  EXPECT_EQ(sent("X-Forwarded-Host: b\r\n", origin(XForwarded::Preserve)),
            "X-Forwarded-Host: b\r\nX-Forwarded-For: 198.51.100.9\r\nX-Forwarded-Proto: http\r\n"
            "X-Forwarded-Port: 80\r\n");
}

TEST(XForwarded, IsRemoved) {
  EXPECT_EQ(sent(kClaims + "A: 1\r\n", origin(XForwarded::Remove, Trust::Trusted)), "A: 1\r\n");
}

TEST(XForwarded, NamesNoHostWhereThereIsNone) {
  EXPECT_EQ(sent("", origin(XForwarded::Append), "GET / HTTP/1.0\r\n"),
            "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: 80\r\n");
}

OriginEdits with_forwarded(std::string_view peer) {
  OriginEdits edits = origin(XForwarded::Remove);
  edits.forwarded = Addition::Append;
  edits.peer_address = peer;
  return edits;
}

TEST(Forwarded, QuotesWhatIsNoToken) {
  EXPECT_EQ(sent("", with_forwarded("192.0.2.7")),
            "Forwarded: for=192.0.2.7;proto=http;host=\"a:81\"\r\n");
  EXPECT_EQ(sent("", with_forwarded("2001:db8::7"), "GET / HTTP/1.1\r\nHost: a.example\r\n"),
            "Forwarded: for=\"[2001:db8::7]\";proto=http;host=a.example\r\n");
  EXPECT_EQ(sent("", with_forwarded("192.0.2.7"), "GET / HTTP/1.1\r\nHost: [::1]\r\n"),
            "Forwarded: for=192.0.2.7;proto=http;host=\"[::1]\"\r\n");
  EXPECT_EQ(sent("", with_forwarded("192.0.2.7"), "GET / HTTP/1.0\r\n"),
            "Forwarded: for=192.0.2.7;proto=http\r\n");
}

TEST(Forwarded, StandsBehindWhatEarlierHopsSaid) {
  EXPECT_EQ(sent("Forwarded: for=1.1.1.1\r\n", with_forwarded("192.0.2.7")),
            "Forwarded: for=1.1.1.1\r\nForwarded: for=192.0.2.7;proto=http;host=\"a:81\"\r\n");
}

// Joined to one list (RFC 9110 5.3), an open quote would take our element with it.
TEST(Forwarded, IsDroppedWhereItsQuotesAreNotSound) {
  const std::string ours = "Forwarded: for=192.0.2.7;proto=http;host=\"a:81\"\r\n";
  for (const std::string claim :
       {R"(for=")", R"(for=6.6.6.6, for=")", R"(for="a\")", R"(")", R"(for=a")", R"(for="a""b")"}) {
    EXPECT_EQ(sent("Forwarded: " + claim + "\r\n", with_forwarded("192.0.2.7")), ours) << claim;
  }
  for (const std::string claim :
       {R"(for="[::1]:80";by=b, for=c)", R"(for="a\"b,c")", R"(for="")"}) {
    const std::string line = "Forwarded: " + claim + "\r\n";
    EXPECT_EQ(sent(line, with_forwarded("192.0.2.7")), line + ours);
  }
}

TEST(Forwarded, GoesOnWithoutOursFromATrustedPeerOnly) {
  const std::string claim = "Forwarded: for=1.1.1.1\r\n";
  EXPECT_EQ(sent(claim, origin(XForwarded::Remove, Trust::Trusted)), claim);
  EXPECT_EQ(sent(claim, origin(XForwarded::Remove)), "");
}

TEST(Via, NamesTheVersionThatWasReceived) {
  OriginEdits edits = origin(XForwarded::Remove);
  EXPECT_EQ(sent("Via: 1.0 fred\r\n", edits), "Via: 1.0 fred\r\n");
  edits.via_name = "edge";
  EXPECT_EQ(sent("Via: 1.0 fred\r\n", edits), "Via: 1.0 fred\r\nVia: 1.1 edge\r\n");
  EXPECT_EQ(sent("", edits, "GET / HTTP/1.0\r\nHost: a\r\n"), "Via: 1.0 edge\r\n");
}

TEST(RequestIdField, IsOneWhereThereIsAnId) {
  OriginEdits edits = origin(XForwarded::Remove);
  EXPECT_EQ(sent("X-Request-ID: a\r\n", edits), "X-Request-ID: a\r\n");
  edits.request_id = "ours";
  EXPECT_EQ(sent("x-request-id: a\r\nX-Request-ID: b\r\n", edits), "X-Request-ID: ours\r\n");
}

std::string sent(const ParsedResponse& response, const ResponseEdits& edits) {
  support::StringSink sink;
  emit_response_head(sink, response.head, response.bytes(), edits);
  return sink.text;
}

TEST(ResponseOrigin, NamesViaAndRequestIdToClients) {
  const ResponseEdits edits{
      .framing = {Framing::Kind::Length, 2}, .via_name = "edge", .request_id = "ours"};
  EXPECT_EQ(
      sent(response_with("200 OK", "Via: 1.1 origin\r\nX-Request-ID: theirs\r\nA: 1\r\n"), edits),
      "HTTP/1.1 200 OK\r\nVia: 1.1 origin\r\nA: 1\r\nVia: 1.1 edge\r\nX-Request-ID: ours\r\n"
      "Content-Length: 2\r\n\r\n");
  const ParsedResponse old("HTTP/1.0 200 OK\r\n\r\n");
  EXPECT_NE(sent(old, edits).find("\r\nVia: 1.0 edge\r\n"), std::string::npos);
}

TEST(ResponseOrigin, IsNamedInRepliesOfOurOwn) {
  support::StringSink sink;
  emit_local_reply(sink, {.status = 404, .reason = ReplyReason::NoRule, .request_id = "ours"});
  EXPECT_NE(sink.text.find("\r\nX-Request-ID: ours\r\n"), std::string::npos);
}

}  // namespace
}  // namespace penstock::http::h1
