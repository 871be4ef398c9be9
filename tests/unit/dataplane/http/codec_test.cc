// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/codec.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/every_split.h"
#include "tests/support/string_sink.h"

namespace penstock::http {
namespace {

using Kind = Framing::Kind;
using Verdict = HeadProgress::Verdict;
using support::StringSink;

constexpr Codec kHttp1(Protocol::Http1);
constexpr std::string_view kRequest = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kResponse = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";

static_assert(sizeof(Codec) == 1);

RequestHead request() {
  RequestHead head;
  EXPECT_EQ(kHttp1.parse_head(base::as_bytes(kRequest), kRequestHeadLimits, head),
            ParseStep::complete());
  return head;
}

ResponseHead response() {
  ResponseHead head;
  EXPECT_EQ(kHttp1.parse_head(base::as_bytes(kResponse), kResponseHeadLimits, head),
            ParseStep::complete());
  return head;
}

TEST(Codec, ReadsHeadsOfBothDirections) {
  EXPECT_EQ(request().method, Method::Get);
  EXPECT_EQ(response().status, 200);
}

TEST(Codec, WantsMoreOfAHeadAndNamesWhatIsWrongWithIt) {
  RequestHead head;
  EXPECT_EQ(kHttp1.parse_head(base::as_bytes("GET / HT"), kRequestHeadLimits, head),
            ParseStep::need_more());
  EXPECT_EQ(kHttp1.parse_head(base::as_bytes("GET / HTTP/1.1\n"), kRequestHeadLimits, head),
            ParseStep::failed(ReplyReason::BareLineFeed));
}

TEST(Codec, HoldsHeadsOfBothDirectionsToTheirLimits) {
  constexpr HeadLimits kLimits{.first_line_bytes = 12, .field_line_bytes = 12, .head_bytes = 100};
  RequestHead request_head;
  EXPECT_EQ(kHttp1.parse_head(base::as_bytes(kRequest), kLimits, request_head),
            ParseStep::failed(ReplyReason::TargetTooLong));
  ResponseHead response_head;
  EXPECT_EQ(kHttp1.parse_head(base::as_bytes(kResponse), kLimits, response_head),
            ParseStep::failed(ReplyReason::StatusLineTooLong));
  HeadProgress progress;
  EXPECT_EQ(kHttp1.look_at(progress, base::as_bytes("GET /01234567"), kLimits), Verdict::Gather);
}

TEST(Codec, KnowsWhenAHeadInPiecesIsWorthGathering) {
  support::for_every_split(kRequest, [](const support::Pieces& pieces) {
    HeadProgress progress;
    Verdict verdict = Verdict::NeedMore;
    for (const support::Piece& piece : pieces) {
      ASSERT_EQ(verdict, Verdict::NeedMore);
      verdict = kHttp1.look_at(progress, piece, kRequestHeadLimits);
    }
    ASSERT_EQ(verdict, Verdict::Gather);
  });
}

TEST(Codec, CountsTheBytesOfAHeadInPiecesUntilItIsReset) {
  HeadProgress progress;
  EXPECT_EQ(kHttp1.look_at(progress, base::as_bytes("GET / HT"), kRequestHeadLimits),
            Verdict::NeedMore);
  EXPECT_EQ(progress.seen(), 8u);
  progress.reset();
  EXPECT_EQ(progress.seen(), 0u);
}

TEST(Codec, WritesHeadsOfBothDirections) {
  StringSink upstream;
  kHttp1.emit_request_head(upstream, request(), base::as_bytes(kRequest),
                           {.framing = {}, .origin = {.x_forwarded = XForwarded::Remove}});
  EXPECT_EQ(upstream.text, kRequest);
  StringSink downstream;
  kHttp1.emit_response_head(downstream, response(), base::as_bytes(kResponse),
                            {.framing = {Kind::Length, 2}});
  EXPECT_EQ(downstream.text, kResponse);
}

TEST(Codec, WritesWhatPenstockSaysItself) {
  StringSink interim;
  kHttp1.emit_continue(interim);
  EXPECT_EQ(interim.text, "HTTP/1.1 100 Continue\r\n\r\n");
  StringSink reply;
  kHttp1.emit_local_reply(reply, {.status = 200, .body = "hi"});
  EXPECT_EQ(reply.text, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
}

TEST(Codec, FramesARequestForABackendAsItCame) {
  for (const Framing framing : {Framing{}, Framing{Kind::Length, 5}, Framing{Kind::Chunked, 0}}) {
    EXPECT_EQ(kHttp1.request_framing(framing), framing);
  }
}

TEST(Codec, FramesAResponseAsItsClientUnderstandsIt) {
  const Framing until_close{Kind::UntilClose, 0};
  EXPECT_EQ(kHttp1.response_framing(Version::Http11, until_close).kind, Kind::Chunked);
  EXPECT_EQ(kHttp1.response_framing(Version::Http10, until_close).kind, Kind::UntilClose);
  EXPECT_EQ(kHttp1.response_framing(Version::Http10, {Kind::Length, 5}).length, 5u);
}

}  // namespace
}  // namespace penstock::http
