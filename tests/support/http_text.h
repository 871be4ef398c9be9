// SPDX-License-Identifier: Apache-2.0
//
// HTTP/1.1 messages as text, written and taken apart, for tests that play clients and backends.
#pragma once

#include <string>
#include <string_view>

namespace penstock::testing {

// `fields` are whole lines, each with its CRLF.
inline std::string get(std::string_view path = "/", std::string_view fields = "",
                       std::string_view host = "a.example") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" +
         std::string(fields) + "\r\n";
}
inline std::string post(std::string_view body, std::string_view fields = "") {
  return "POST / HTTP/1.1\r\nHost: a.example\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}
// It has a date, as what origins answer has; else it would be given one.
inline std::string ok(std::string_view body = "ok", std::string_view fields = "") {
  return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

inline std::string status_of(std::string_view response) {
  return std::string(response.substr(0, response.find('\r')));
}
inline std::string head_of(std::string_view message) {
  const size_t end = message.find("\r\n\r\n");
  return std::string(message.substr(0, end == std::string_view::npos ? end : end + 4));
}
inline std::string body_of(std::string_view message) {
  const size_t end = message.find("\r\n\r\n");
  return end == std::string_view::npos ? "" : std::string(message.substr(end + 4));
}
// The value of a field as it was sent; "(none)" when it is not there.
inline std::string field_of(std::string_view message, std::string_view name) {
  const std::string head = head_of(message);
  const std::string line = "\r\n" + std::string(name) + ": ";
  const size_t at = head.find(line);
  if (at == std::string::npos) return "(none)";
  const size_t begin = at + line.size();
  return head.substr(begin, head.find('\r', begin) - begin);
}
// The payload of a whole chunked body without extensions or trailers; "(broken)" when it is not
// one.
inline std::string unchunked(std::string_view body) {
  std::string payload;
  while (true) {
    const size_t line = body.find("\r\n");
    if (line == std::string_view::npos) return "(broken)";
    const size_t size = std::stoul(std::string(body.substr(0, line)), nullptr, 16);
    body.remove_prefix(line + 2);
    if (body.size() < size + 2 || body.substr(size, 2) != "\r\n") return "(broken)";
    if (size == 0) return body.size() == 2 ? payload : "(broken)";
    payload += body.substr(0, size);
    body.remove_prefix(size + 2);
  }
}
inline size_t count_of(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace penstock::testing
