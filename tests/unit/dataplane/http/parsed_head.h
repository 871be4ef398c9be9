// SPDX-License-Identifier: Apache-2.0
//
// Heads that own their bytes, parsed from text that a test believes in.
#pragma once

#include <string>
#include <utility>

#include "dataplane/base/bytes.h"
#include "dataplane/base/check.h"
#include "dataplane/http/h1/request_parser.h"
#include "dataplane/http/h1/response_parser.h"

namespace penstock::http {

template <class Parser, class Head>
struct ParsedHead {
  explicit ParsedHead(std::string bytes) : text(std::move(bytes)) {
    Parser parser;
    CHECK(parser.parse(this->bytes(), head) == ParseStep::complete());
  }
  base::ByteSpan bytes() const { return base::as_bytes(text); }
  std::string_view of(Text part) const { return view(part, bytes()); }

  std::string text;
  Head head;
};
using ParsedRequest = ParsedHead<h1::RequestParser, RequestHead>;
using ParsedResponse = ParsedHead<h1::ResponseParser, ResponseHead>;

// "GET / HTTP/1.1" with a Host and these field lines, each with its CRLF.
inline ParsedRequest request_with(const std::string& field_lines) {
  return ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\n" + field_lines + "\r\n");
}
inline ParsedResponse response_with(const std::string& status, const std::string& field_lines) {
  return ParsedResponse("HTTP/1.1 " + status + "\r\n" + field_lines + "\r\n");
}

}  // namespace penstock::http
