// SPDX-License-Identifier: Apache-2.0
//
// What a request head may not be, and the exact reason for each; every one under every split.
// Sections are of RFC 9112 unless they say otherwise.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dataplane/http/h1/request_parser.h"
#include "tests/support/head_feeder.h"

namespace penstock::http::h1 {
namespace {

using R = ReplyReason;

struct BadInput {
  std::string head;
  ReplyReason reason;
};

void expect_refused(const std::vector<BadInput>& table) {
  for (const BadInput& bad : table) {
    support::for_every_split(bad.head, [&](const support::Pieces& pieces) {
      const auto fed = support::feed_head<RequestParser, RequestHead>(pieces);
      ASSERT_EQ(fed.step, ParseStep::failed(bad.reason))
          << bad.head << "\nexpected " << reply_text(bad.reason) << ", got " << fed.text << " in "
          << pieces.size() << " pieces";
    });
  }
}

std::string with_line(const std::string& request_line) {
  return request_line + "\r\nHost: a\r\n\r\n";
}
std::string with_field(const std::string& field_line) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + field_line + "\r\n\r\n";
}
std::string with_host(const std::string& host) {
  return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

using namespace std::string_literals;  // For inputs with NUL.

TEST(RequestRefusals, LineEnds_2_2) {
  expect_refused({
      {"\n", R::BareLineFeed},
      {"\r\n\nGET", R::BareLineFeed},
      {"\rGET", R::BareCarriageReturn},
      {"\r\r\n", R::BareCarriageReturn},
      {"\r\n\r\n\r\n\r\n\r\n", R::TooManyEmptyLines},
      {"GET / HTTP/1.1\nHost: a\n\n", R::BareLineFeed},
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", R::BareLineFeed},
      {"GET / HTTP/1.1\r\nHost: a\r\n\n", R::BareLineFeed},
      {"GET / HTTP/1.1\r\nHost: a\r\nA: b\nB: c\r\n\r\n", R::BareLineFeed},
      {with_field("A: b\rB: c"), R::BareCarriageReturn},
      {with_field("A: b\r"), R::BareCarriageReturn},
      {with_field("\rA: b"), R::FieldNameInvalid},
      {"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", R::VersionInvalid},
      {"GET /\rx HTTP/1.1\r\nHost: a\r\n\r\n", R::TargetInvalid},
  });
}

TEST(RequestRefusals, Methods_3_1) {
  expect_refused({
      {" GET / HTTP/1.1\r\n", R::MethodInvalid},
      {"\tGET / HTTP/1.1\r\n", R::MethodInvalid},
      {"\0GET / HTTP/1.1\r\n"s, R::MethodInvalid},
      {"\x16\x03\x01\x02", R::MethodInvalid},
      {"(GET) / HTTP/1.1\r\n", R::MethodInvalid},
      {with_line("GE(T / HTTP/1.1"), R::MethodInvalid},
      {with_line("GET\t/ HTTP/1.1"), R::MethodInvalid},
      {with_line("GET:/ HTTP/1.1"), R::MethodInvalid},
      {with_line("G\xc3\x8aT / HTTP/1.1"), R::MethodInvalid},
      {with_line("G\0ET / HTTP/1.1"s), R::MethodInvalid},
      {with_line("CONNECT a:443 HTTP/1.1"), R::ConnectNotSupported},
      {with_line("CONNECT / HTTP/1.1"), R::ConnectNotSupported},
  });
}

TEST(RequestRefusals, RequestLines_3) {
  expect_refused({
      {with_line("GET"), R::RequestLineInvalid},
      {with_line("GET "), R::RequestLineInvalid},
      {with_line("GET /"), R::RequestLineInvalid},
      {with_line("GET  HTTP/1.1"), R::RequestLineInvalid},
      {with_line("GET  / HTTP/1.1"), R::RequestLineInvalid},
      {with_line("GET / "), R::VersionInvalid},
      {with_line("GET /  HTTP/1.1"), R::VersionInvalid},
      {with_line("GET / HTTP/1.1 "), R::VersionInvalid},
      {with_line("GET / x HTTP/1.1"), R::VersionInvalid},
      {with_line("GET /\tHTTP/1.1"), R::RequestLineInvalid},
  });
}

TEST(RequestRefusals, Targets_3_2) {
  expect_refused({
      {with_line("GET index.html HTTP/1.1"), R::TargetInvalid},
      {with_line("GET a:80 HTTP/1.1"), R::TargetInvalid},
      {with_line("GET * HTTP/1.1"), R::TargetInvalid},
      {with_line("OPTIONS ** HTTP/1.1"), R::TargetInvalid},
      {with_line("GET /a#b HTTP/1.1"), R::TargetInvalid},
      {with_line("GET /a\x01 HTTP/1.1"), R::TargetInvalid},
      {with_line("GET /a\x7f HTTP/1.1"), R::TargetInvalid},
      {with_line("GET /a\xff HTTP/1.1"), R::TargetInvalid},
      {with_line("GET /a\0b HTTP/1.1"s), R::TargetInvalid},
      {with_line("GET /a\tb HTTP/1.1"), R::TargetInvalid},
      {with_line("GET ftp://b/ HTTP/1.1"), R::TargetInvalid},
      {with_line("GET http:/b HTTP/1.1"), R::TargetInvalid},
      {with_line("GET http:///b HTTP/1.1"), R::TargetInvalid},
      {with_line("GET http://u@b/ HTTP/1.1"), R::TargetInvalid},
      {with_line("GET http://b:port/ HTTP/1.1"), R::TargetInvalid},
      {with_line("GET http://b,c/ HTTP/1.1"), R::TargetInvalid},
  });
}

TEST(RequestRefusals, Versions_2_3) {
  expect_refused({
      {with_line("GET / HTTP/2.0"), R::VersionNotSupported},
      {with_line("GET / HTTP/0.9"), R::VersionNotSupported},
      {with_line("GET / HTTP/1.2"), R::VersionNotSupported},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", R::VersionNotSupported},
      {with_line("GET / http/1.1"), R::VersionInvalid},
      {with_line("GET / HTTP/1"), R::VersionInvalid},
      {with_line("GET / HTTP/1.10"), R::VersionInvalid},
      {with_line("GET / HTTP/01.1"), R::VersionInvalid},
      {with_line("GET / HTTP/1.1\x0b"), R::VersionInvalid},
      {with_line("GET / HTTPS/1.1"), R::VersionInvalid},
  });
}

TEST(RequestRefusals, Fields_5) {
  expect_refused({
      {with_field("A : b"), R::FieldNameInvalid},
      {with_field("A\t: b"), R::FieldNameInvalid},
      {with_field(": b"), R::FieldNameInvalid},
      {with_field("A b: c"), R::FieldNameInvalid},
      {with_field("A"), R::FieldNameInvalid},
      {with_field("A;b: c"), R::FieldNameInvalid},
      {with_field("\"A\": b"), R::FieldNameInvalid},
      {with_field("A\0: b"s), R::FieldNameInvalid},
      {with_field("\x80: b"), R::FieldNameInvalid},
      {with_field("Content-Length\x0b: 5"), R::FieldNameInvalid},
      {with_field("Transfer-Encoding : chunked"), R::FieldNameInvalid},
      {with_field("A: b\0"s), R::FieldValueInvalid},
      {with_field("A: \x01"), R::FieldValueInvalid},
      {with_field("A: b\x7f"), R::FieldValueInvalid},
      {with_field("A: b\x0b"), R::FieldValueInvalid},
      {with_field("A: b\x1b[0m and more"), R::FieldValueInvalid},
      {with_field("Transfer-Encoding: \x0b"
                  "chunked"),
       R::FieldValueInvalid},
      {with_field("A: b\r\n c"), R::FieldFolded},
      {with_field("A: b\r\n\tc"), R::FieldFolded},
      {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", R::FieldFolded},
      {"GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n", R::FieldFolded},
  });
}

TEST(RequestRefusals, Hosts_3_2) {
  expect_refused({
      {"GET / HTTP/1.1\r\n\r\n", R::HostMissing},
      {"GET http://b/ HTTP/1.1\r\n\r\n", R::HostMissing},
      {with_host("a\r\nHost: a"), R::HostDuplicate},
      {with_host("a\r\nhost: b"), R::HostDuplicate},
      {"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", R::HostDuplicate},
      {with_host(""), R::HostInvalid},
      {"GET / HTTP/1.0\r\nHost:\r\n\r\n", R::HostInvalid},
      {with_host("a b"), R::HostInvalid},
      {with_host("a, b"), R::HostInvalid},
      {with_host("a/b"), R::HostInvalid},
      {with_host("u@a"), R::HostInvalid},
      {with_host("a:b"), R::HostInvalid},
      {with_host("a:65536"), R::HostInvalid},
      {with_host(":80"), R::HostInvalid},
      {with_host("http://a"), R::HostInvalid},
      {with_host("[::1"), R::HostInvalid},
      {with_host("[]"), R::HostInvalid},
      {with_host("a%00"), R::HostInvalid},
      {"GET http://b/ HTTP/1.1\r\nHost: a b\r\n\r\n", R::HostInvalid},
  });
}

// "METHOD target authority" of a refused head, into which another one was parsed before.
std::string understood(const std::string& input, HeadLimits limits = kRequestHeadLimits) {
  RequestHead head;
  const std::string before = "PUT /before HTTP/1.0\r\nHost: before\r\n\r\n";
  EXPECT_EQ(RequestParser().parse(base::as_bytes(before), head), ParseStep::complete());
  const ParseStep step = RequestParser(limits).parse(base::as_bytes(input), head);
  EXPECT_EQ(step.state, ParseStep::State::Error) << input;
  const auto text_of = [&](Text text) { return std::string(view(text, base::as_bytes(input))); };
  const std::string method = head.method == Method::Head ? "(head)" : text_of(head.method_text);
  return method + " " + text_of(head.target) + " " + text_of(head.authority);
}

HeadLimits short_lines() {
  HeadLimits limits = kRequestHeadLimits;
  limits.first_line_bytes = 40;
  return limits;
}

TEST(RequestRefusals, TellWhatWasUnderstood) {
  EXPECT_EQ(understood("HEAD /a HTTP/1.1\r\nHost: b:80\r\n c\r\n\r\n"), "(head) /a b");
  EXPECT_EQ(understood("HEAD http://b/a HTTP/1.1\r\nA : b\r\n\r\n"), "(head) http://b/a b");
  EXPECT_EQ(understood("\r\nHEAD /a HTTP/7.1\r\n\r\n"), "(head) /a ");
  EXPECT_EQ(understood("GET /a\r\n\r\n"), "GET /a ");
  EXPECT_EQ(understood("CONNECT a:1 HTTP/1.1\r\n\r\n"), "CONNECT a:1 ");
  EXPECT_EQ(understood("HEAD /" + std::string(50, 'a'), short_lines()),
            "(head) /" + std::string(50, 'a') + " ");
}

TEST(RequestRefusals, TellNothingOfWhatWasNoRequestLine) {
  EXPECT_EQ(understood("\x16\x03"), "  ");
  EXPECT_EQ(understood("GE\tT / HTTP/1.1\r\n\r\n"), "  ");
  EXPECT_EQ(understood(std::string(50, 'a'), short_lines()), "  ");
}

}  // namespace
}  // namespace penstock::http::h1
