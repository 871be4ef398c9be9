// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/compliance.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/unit/dataplane/http/parsed_head.h"

namespace penstock::http {
namespace {

// "body_unexpected", "body_unexpected alone" when neither connection is shared afterwards,
// "compliant", or "400 bad_thing".
std::string as_text(const Judgement& judgement) {
  if (judgement.refusal != ReplyReason::None) {
    return std::to_string(reply_status(judgement.refusal)) + " " +
           std::string(reply_text(judgement.refusal));
  }
  std::string text;
  judgement.found.for_each([&](Deviation deviation) {
    text += (text.empty() ? "" : " ") + std::string(entry_of(deviation).text);
  });
  if (text.empty()) text = "compliant";
  return judgement.sharing == Sharing::Forbidden ? text + " alone" : text;
}

// A request with what it takes to judge it.
struct Request : ParsedRequest {
  using ParsedRequest::ParsedRequest;
  Judgement judge(const RequestPolicy& policy) {
    return judge_request(head, bytes(), policy, path_room);
  }
  std::array<uint8_t, 256> path_room;
};

std::string judged(const std::string& head, const RequestPolicy& policy) {
  Request request(head);
  return as_text(request.judge(policy));
}

struct ByMode {
  const char* monitor;
  const char* defensive;
  const char* strictest;
};

void expect_judged(const std::string& head, const ByMode& expected) {
  EXPECT_EQ(judged(head, {.mode = Mode::Monitor}), expected.monitor) << head;
  EXPECT_EQ(judged(head, {.mode = Mode::Defensive}), expected.defensive) << head;
  EXPECT_EQ(judged(head, {.mode = Mode::Strictest}), expected.strictest) << head;
}
void expect_compliant(const std::string& head) {
  expect_judged(head, {"compliant", "compliant", "compliant"});
}

std::string with(const std::string& field_lines, const std::string& line = "POST / HTTP/1.1") {
  return line + "\r\nHost: a\r\n" + field_lines + "\r\n";
}

TEST(Compliance, FindsNothingInUsualRequests) {
  expect_compliant(with("", "GET / HTTP/1.1"));
  expect_compliant(with("Accept-Encoding:\r\nTE:\r\n", "GET /a%20b?c=d HTTP/1.1"));
  expect_compliant(with("Content-Length: 5\r\n"));
  expect_compliant(with("Content-Length: 0\r\n"));
  expect_compliant(with("Transfer-Encoding: chunked\r\nExpect: 100-Continue\r\n"));
  expect_compliant(with("Connection: keep-alive, X-Mine, TE\r\nX-Mine: 1\r\n"));
  expect_compliant(with("", "GET http://a/ HTTP/1.1"));
}

TEST(Compliance, ForwardsOnlyUnderMonitorWhatHasOneReadingByRepair) {
  const std::string both = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n";
  expect_judged(with(both), {"content_length_with_transfer_encoding alone",
                             "400 content_length_with_transfer_encoding",
                             "400 content_length_with_transfer_encoding"});
  for (const char* lengths :
       {"Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5, 5\r\n",
        "Content-Length: 5,5\r\nContent-Length: 5\r\n"}) {
    expect_judged(with(lengths), {"content_length_repeated alone", "400 content_length_duplicate",
                                  "400 content_length_duplicate"});
  }
}

TEST(Compliance, RepairsInOneWay) {
  const auto framing_of = [](const std::string& field_lines) {
    Request request(with(field_lines));
    return request.judge({.mode = Mode::Monitor}).framing;
  };
  EXPECT_EQ(framing_of("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            (Framing{Framing::Kind::Chunked, 0}));
  EXPECT_EQ(framing_of("Transfer-Encoding: chunked\r\nContent-Length: 5, 5\r\n"),
            (Framing{Framing::Kind::Chunked, 0}));
  EXPECT_EQ(framing_of("Content-Length: 7 ,\t7\r\n"), (Framing{Framing::Kind::Length, 7}));
}

TEST(Compliance, NeverForwardsWhatIsSevere) {
  const auto expect_refused = [](const std::string& field_lines, const std::string& reason) {
    for (const Mode mode : {Mode::Monitor, Mode::Defensive, Mode::Strictest}) {
      EXPECT_EQ(judged(with(field_lines), {.mode = mode}), reason) << field_lines;
    }
  };
  expect_refused("Content-Length: 5\r\nContent-Length: 6\r\n", "400 content_length_duplicate");
  expect_refused("Content-Length: 5, 6\r\n", "400 content_length_duplicate");
  expect_refused("Content-Length: 5, 05\r\n", "400 content_length_duplicate");
  expect_refused("Content-Length: 5,\r\n", "400 content_length_duplicate");
  expect_refused("Content-Length: ,5\r\n", "400 content_length_duplicate");
  expect_refused("Content-Length: +5\r\n", "400 content_length_invalid");
  expect_refused("Content-Length: 0x5\r\n", "400 content_length_invalid");
  expect_refused("Content-Length: 5 5\r\n", "400 content_length_invalid");
  expect_refused("Content-Length: -5\r\n", "400 content_length_invalid");
  expect_refused("Content-Length:\r\n", "400 content_length_invalid");
  expect_refused("Content-Length: 18446744073709551621\r\n", "400 content_length_too_large");
  expect_refused("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                 "400 transfer_encoding_duplicate");
  expect_refused("Transfer-Encoding: chunked, identity\r\n", "400 transfer_encoding_invalid");
  expect_refused("Transfer-Encoding: xchunked\r\n", "501 transfer_coding_not_supported");
}

TEST(Compliance, RepairsNothingThatIsWrongByItself) {
  const auto monitored = [](const std::string& field_lines) {
    return judged(with(field_lines), {.mode = Mode::Monitor});
  };
  EXPECT_EQ(monitored("Content-Length: +5, +5\r\n"), "400 content_length_invalid");
  EXPECT_EQ(monitored("Content-Length: 0x5\r\nContent-Length: 0x5\r\n"),
            "400 content_length_invalid");
  EXPECT_EQ(monitored("Content-Length:\r\nContent-Length:\r\n"), "400 content_length_invalid");
  EXPECT_EQ(monitored("Content-Length: 18446744073709551621, 18446744073709551621\r\n"),
            "400 content_length_too_large");
  EXPECT_EQ(monitored("Content-Length: x\r\nTransfer-Encoding: chunked\r\n"),
            "400 content_length_invalid");
  EXPECT_EQ(monitored("Content-Length: 5, 6\r\nTransfer-Encoding: chunked\r\n"),
            "400 content_length_duplicate");
  EXPECT_EQ(monitored("Content-Length: 5\r\nTransfer-Encoding: gzip\r\n"),
            "400 transfer_encoding_invalid");
  EXPECT_EQ(monitored("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"
                      "Transfer-Encoding: chunked\r\n"),
            "400 transfer_encoding_duplicate");
  EXPECT_EQ(judged("POST / HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                   {.mode = Mode::Monitor}),
            "400 transfer_encoding_in_http_1_0");
}

TEST(Compliance, LeavesNoConnectionBehindABodyThatIsNotExpected) {
  for (const char* method : {"GET", "HEAD", "DELETE", "OPTIONS", "TRACE"}) {
    const std::string line = std::string(method) + " / HTTP/1.1";
    const ByMode expected = {"body_unexpected alone", "body_unexpected alone",
                             "400 body_unexpected"};
    expect_judged(with("Content-Length: 1\r\n", line), expected);
    expect_judged(with("Transfer-Encoding: chunked\r\n", line), expected);
  }
  for (const char* method : {"POST", "PUT", "PATCH", "FROB"}) {
    expect_compliant(with("Content-Length: 1\r\n", std::string(method) + " / HTTP/1.1"));
  }
}

TEST(Compliance, CountsAZeroLengthOnGetAndHead) {
  const ByMode expected = {"content_length_zero", "content_length_zero",
                           "400 content_length_unexpected"};
  expect_judged(with("Content-Length: 0\r\n", "GET / HTTP/1.1"), expected);
  expect_judged(with("Content-Length: 0\r\n", "HEAD / HTTP/1.1"), expected);
  expect_compliant(with("Content-Length: 0\r\n", "DELETE / HTTP/1.1"));
}

TEST(Compliance, CountsExpectationsThatNobodyKnows) {
  const ByMode expected = {"expectation_unknown", "expectation_unknown", "417 expectation_failed"};
  expect_judged(with("Expect: magic\r\n"), expected);
  expect_judged(with("Expect: 100-continue, magic\r\n"), expected);
  expect_judged(with("Expect: 100-continue\r\nExpect: 100-continue\r\n"), expected);
}

TEST(Compliance, CountsEmptyLinesBeforeARequest) {
  expect_judged("\r\n" + with(""),
                {"empty_lines_before", "empty_lines_before", "400 too_many_empty_lines"});
}

TEST(Compliance, CountsTargetsBeyondRfc3986) {
  const ByMode expected = {"target_beyond_uri", "target_beyond_uri", "400 target_invalid"};
  for (const char mark : std::string("\"<>^`{|}[]")) {
    const std::string target = std::string("/a") + mark;
    expect_judged(with("", "GET " + target + " HTTP/1.1"), expected);
    expect_judged(with("", "GET /?" + target + " HTTP/1.1"), expected);
    expect_judged(with("", "GET http://a" + target + " HTTP/1.1"), expected);
  }
  expect_compliant(with("", "GET /-._~!$&'()*+,;=:@/%41?-._~!$&'()*+,;=:@/? HTTP/1.1"));
  expect_compliant("GET http://[2001:db8::1]/ HTTP/1.1\r\nHost: [2001:db8::1]\r\n\r\n");
}

TEST(Compliance, CountsOldRequestsWithoutAHost) {
  expect_judged("GET / HTTP/1.0\r\n\r\n", {"host_absent", "host_absent", "400 host_missing"});
  expect_compliant("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
  expect_compliant("GET http://a/ HTTP/1.0\r\n\r\n");
}

TEST(Compliance, CountsAHostThatContradictsTheTarget) {
  const ByMode expected = {"host_beside_target", "host_beside_target", "400 host_invalid"};
  expect_judged(with("", "GET http://b/ HTTP/1.1"), expected);
  expect_judged(with("", "GET http://a:81/ HTTP/1.1"), expected);
  expect_compliant(with("", "GET http://A/ HTTP/1.1"));
}

TEST(Compliance, CountsFieldsThatMeanNothingWithoutAValue) {
  for (const char* name : {"Cookie", "Authorization", "Connection", "Upgrade", "X-Forwarded-For"}) {
    expect_judged(with(std::string(name) + ": \r\n"),
                  {"field_empty", "field_empty", "400 field_value_invalid"});
  }
  expect_compliant(with("X-Mine:\r\nAccept-Encoding:\t \r\n"));
}

TEST(Compliance, CountsConnectionOptionsThatNameFieldsForTheOrigin) {
  for (const char* name : {"host", "Cookie", "Content-Length", "x-forwarded-for"}) {
    expect_judged(
        with("Connection: close, " + std::string(name) + "\r\n"),
        {"connection_names_end_to_end", "connection_names_end_to_end", "400 field_value_invalid"});
  }
}

TEST(Compliance, NamesTheGravestDeviationWhereItRefuses) {
  EXPECT_EQ(judged("\r\n" + with("Content-Length: 3\r\nExpect: x\r\n", "GET /| HTTP/1.1"),
                   {.mode = Mode::Strictest}),
            "400 body_unexpected");
}

TEST(Compliance, DropsRefusesOrForwardsUnderscores) {
  const std::string head = with("A: 1\r\nX_Mine: 2\r\n_: 3\r\nB: 4\r\n");
  for (const Mode mode : {Mode::Monitor, Mode::Defensive, Mode::Strictest}) {
    const auto under = [&](Underscores underscores) {
      return judged(head, {.mode = mode, .underscores = underscores});
    };
    EXPECT_EQ(under(Underscores::Drop), "field_name_underscore");
    EXPECT_EQ(under(Underscores::Forward), "field_name_underscore");
    EXPECT_EQ(under(Underscores::Refuse), "400 field_name_underscore");
  }
}

TEST(Compliance, KeepsDroppedFieldsFromBeingFound) {
  Request request(with("A: 1\r\nX_Mine: 2\r\nB: 4\r\n"));
  request.judge({.underscores = Underscores::Forward});
  ASSERT_NE(request.head.fields.find("x_mine", request.bytes()), nullptr);
  request.judge({.underscores = Underscores::Drop});
  EXPECT_EQ(request.head.fields.find("x_mine", request.bytes()), nullptr);
  EXPECT_NE(request.head.fields.find("B", request.bytes()), nullptr);
}

TEST(Compliance, ReadsConnectionOnceForItsCallers) {
  Request request(with("Connection: close, X-Mine\r\n"));
  const Judgement judgement = request.judge({});
  EXPECT_TRUE(judgement.connection.close);
  EXPECT_TRUE(judgement.connection.nominates);
}

TEST(Compliance, NamesTheNormalPath) {
  Request plain(with("", "GET /a/b?c=/../%41 HTTP/1.1"));
  EXPECT_EQ(plain.judge({}).path, "/a/b");
  EXPECT_EQ(path_to_send(plain.judge({}), {}), "");
  Request odd(with("", "GET http://a/%61/../b HTTP/1.1"));
  EXPECT_EQ(odd.judge({}).path, "/b");
  EXPECT_EQ(path_to_send(odd.judge({}), {}), "/b");
  EXPECT_EQ(path_to_send(odd.judge({}), {.sent_path = SentPath::Received}), "");
  Request server(with("", "OPTIONS * HTTP/1.1"));
  EXPECT_EQ(server.judge({}).path, "*");
  Request implied(with("", "GET http://a?/.. HTTP/1.1"));
  EXPECT_EQ(implied.judge({}).path, "/");
}

TEST(Compliance, RefusesPathsThatAreNeverMeantWell) {
  for (const Mode mode : {Mode::Monitor, Mode::Defensive, Mode::Strictest}) {
    const RequestPolicy policy{.mode = mode};
    EXPECT_EQ(judged(with("", "GET /a%00 HTTP/1.1"), policy), "400 path_nul_byte");
    EXPECT_EQ(judged(with("", "GET /a%00%zz HTTP/1.1"), policy), "400 path_nul_byte");
    EXPECT_EQ(judged(with("", "GET /.. HTTP/1.1"), policy), "400 path_above_root");
    EXPECT_EQ(judged(with("", "GET http://a/../b HTTP/1.1"), policy), "400 path_above_root");
    EXPECT_EQ(judged(with("", "GET /a%2fb HTTP/1.1"), policy), "400 path_slash_encoded");
  }
}

TEST(Compliance, ForwardsOnlyUnderMonitorWhatReadersOfPathsDisagreeOn) {
  expect_judged(
      with("", "GET /100% HTTP/1.1"),
      {"path_escape_invalid alone", "400 path_escape_invalid", "400 path_escape_invalid"});
  expect_judged(with("", "GET /a/..;/b HTTP/1.1"),
                {"path_hides_dots alone", "400 path_hides_dots", "400 path_hides_dots"});
}

}  // namespace
}  // namespace penstock::http
