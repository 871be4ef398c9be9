// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/framing.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/dataplane/http/parsed_head.h"

namespace penstock::http {
namespace {

using Kind = Framing::Kind;

// "length 5", "chunked", ..., or the refusal's text.
std::string as_text(const base::Result<Framing, ReplyReason>& framing) {
  if (!framing.ok()) return std::string(reply_text(framing.error()));
  switch (framing->kind) {
    case Kind::None:
      return "none";
    case Kind::Length:
      return "length " + std::to_string(framing->length);
    case Kind::Chunked:
      return "chunked";
    case Kind::UntilClose:
      return "until close";
  }
  return "?";
}

std::string of_request(const std::string& field_lines) {
  const auto request = request_with(field_lines);
  return as_text(request_framing(request.head, request.bytes()));
}

std::string of_response(const std::string& status, const std::string& field_lines,
                        Method method = Method::Get) {
  const auto response = response_with(status, field_lines);
  return as_text(response_framing(method, response.head, response.bytes()));
}

TEST(RequestFraming, IsNoneWithoutFramingFields) { EXPECT_EQ(of_request(""), "none"); }

TEST(RequestFraming, TakesOneContentLength) {
  EXPECT_EQ(of_request("Content-Length: 0\r\n"), "length 0");
  EXPECT_EQ(of_request("content-length:5\r\n"), "length 5");
  EXPECT_EQ(of_request("Content-Length: 0005\r\n"), "length 5");
  EXPECT_EQ(of_request("Content-Length: 9223372036854775807\r\n"), "length 9223372036854775807");
}

TEST(RequestFraming, RefusesLengthsThatAreNotDecimalNumbers) {
  for (const char* value :
       {"", "+5", "-5", "0x5", "5 5", "5;", "5.0", "1e3", "five", "\x35\xb2", "5\t6", "\"5\""}) {
    EXPECT_EQ(of_request(std::string("Content-Length: ") + value + "\r\n"),
              "content_length_invalid")
        << value;
  }
}

TEST(RequestFraming, RefusesLengthsBeyondSixtyThreeBits) {
  EXPECT_EQ(of_request("Content-Length: 9223372036854775808\r\n"), "content_length_too_large");
  EXPECT_EQ(of_request("Content-Length: 18446744073709551621\r\n"), "content_length_too_large");
  EXPECT_EQ(of_request("Content-Length: 99999999999999999999999999\r\n"),
            "content_length_too_large");
}

TEST(RequestFraming, RefusesAContentLengthGivenTwiceEvenWhenEqual) {
  EXPECT_EQ(of_request("Content-Length: 5\r\nContent-Length: 6\r\n"), "content_length_duplicate");
  EXPECT_EQ(of_request("Content-Length: 5\r\nContent-Length: 5\r\n"), "content_length_duplicate");
  EXPECT_EQ(of_request("Content-Length: 5, 5\r\n"), "content_length_duplicate");
  EXPECT_EQ(of_request("Content-Length: 5,\r\n"), "content_length_duplicate");
}

TEST(RequestFraming, TakesExactlyChunked) {
  EXPECT_EQ(of_request("Transfer-Encoding: chunked\r\n"), "chunked");
  EXPECT_EQ(of_request("transfer-encoding:\tCHUNKED \r\n"), "chunked");
}

TEST(RequestFraming, RefusesContentLengthWithTransferEncoding) {
  EXPECT_EQ(of_request("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            "content_length_with_transfer_encoding");
  EXPECT_EQ(of_request("Transfer-Encoding: nonsense\r\nContent-Length: x\r\n"),
            "content_length_with_transfer_encoding");
}

TEST(RequestFraming, RefusesATransferEncodingThatDoesNotEndTheBody) {
  for (const char* value :
       {"", ",", "chunked,", ", chunked", "chunked, chunked", "chunked, gzip", "gzip",
        "deflate, gzip", "chunked;q=1", "\"chunked\"", "chunked chunked", "ch\xc3\xbcnked",
        "chunked, identity", "[chunked]"}) {
    EXPECT_EQ(of_request(std::string("Transfer-Encoding: ") + value + "\r\n"),
              "transfer_encoding_invalid")
        << value;
  }
}

TEST(RequestFraming, DoesNotImplementOtherCodings) {
  for (const char* value : {"gzip, chunked", "xchunked", "identity", "identity, chunked", "cow"}) {
    EXPECT_EQ(of_request(std::string("Transfer-Encoding: ") + value + "\r\n"),
              "transfer_coding_not_supported")
        << value;
  }
}

TEST(RequestFraming, RefusesTransferEncodingGivenTwice) {
  EXPECT_EQ(of_request("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            "transfer_encoding_duplicate");
  EXPECT_EQ(of_request("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
            "transfer_encoding_duplicate");
}

TEST(RequestFraming, RefusesTransferEncodingInHttp10) {
  const ParsedRequest request("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(as_text(request_framing(request.head, request.bytes())),
            "transfer_encoding_in_http_1_0");
}

TEST(ResponseFraming, FollowsTheFieldsOrTheEndOfTheConnection) {
  EXPECT_EQ(of_response("200 OK", "Content-Length: 7\r\n"), "length 7");
  EXPECT_EQ(of_response("200 OK", "Transfer-Encoding: chunked\r\n"), "chunked");
  EXPECT_EQ(of_response("200 OK", ""), "until close");
}

TEST(ResponseFraming, IsNoneWhereTheStatusOrTheMethodSaysSo) {
  EXPECT_EQ(of_response("200 OK", "Content-Length: 7\r\n", Method::Head), "none");
  EXPECT_EQ(of_response("200 OK", "Transfer-Encoding: chunked\r\n", Method::Head), "none");
  EXPECT_EQ(of_response("100 Continue", ""), "none");
  EXPECT_EQ(of_response("204 No Content", "Content-Length: 7\r\n"), "none");
  EXPECT_EQ(of_response("304 Not Modified", "Content-Length: 7\r\n"), "none");
}

TEST(ResponseFraming, RefusesAmbiguityEvenWhereThereIsNoBody) {
  EXPECT_EQ(of_response("200 OK", "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n"),
            "content_length_with_transfer_encoding");
  EXPECT_EQ(of_response("304 Not Modified", "Content-Length: 7, 8\r\n"),
            "content_length_duplicate");
  EXPECT_EQ(of_response("200 OK", "Content-Length: x\r\n", Method::Head), "content_length_invalid");
}

TEST(DownstreamFraming, ChunksAnOpenEndForHttp11Only) {
  const Framing length{Kind::Length, 5};
  EXPECT_EQ(downstream_framing(Version::Http11, length), length);
  EXPECT_EQ(downstream_framing(Version::Http10, length), length);
  EXPECT_EQ(downstream_framing(Version::Http10, {}), Framing{});
  EXPECT_EQ(downstream_framing(Version::Http11, {Kind::UntilClose, 0}).kind, Kind::Chunked);
  EXPECT_EQ(downstream_framing(Version::Http11, {Kind::Chunked, 0}).kind, Kind::Chunked);
  EXPECT_EQ(downstream_framing(Version::Http10, {Kind::Chunked, 0}).kind, Kind::UntilClose);
  EXPECT_EQ(downstream_framing(Version::Http10, {Kind::UntilClose, 0}).kind, Kind::UntilClose);
}

}  // namespace
}  // namespace penstock::http
