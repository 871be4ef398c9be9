// SPDX-License-Identifier: Apache-2.0
//
// Heads of messages as browsers and origins send them, cut or filled up to a wanted size, for the
// benchmarks of parsing and of rewriting.
// Invariant: a head has at least its first line and what HTTP/1.1 demands, and ends at most one
// field short of the wanted size.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace penstock::http {

// Adds the given lines while they fit, then lines of no meaning, then the empty line.
inline std::string filled_head(std::string head, std::span<const std::string_view> lines,
                               int64_t bytes) {
  const auto fits = [&](std::string_view line) {
    return static_cast<int64_t>(head.size() + line.size()) + 4 <= bytes;
  };
  for (const std::string_view line : lines) {
    if (fits(line)) head.append(line).append("\r\n");
  }
  for (int i = 10;; ++i) {
    const std::string line = "X-Field-" + std::to_string(i) + ": some value of usual size";
    if (!fits(line)) return head + "\r\n";
    head.append(line).append("\r\n");
  }
}

inline std::string sample_request_head(int64_t bytes) {
  static constexpr std::array<std::string_view, 12> lines = {
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
      "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
      "Accept-Language: en-US,en;q=0.5",
      "Accept-Encoding: gzip, deflate, br, zstd",
      "Referer: https://shop.example/orders?page=1",
      "Connection: keep-alive",
      "Cookie: session=8c6976e5b5410415bde908bd4dee15df; theme=dark; consent=yes",
      "Upgrade-Insecure-Requests: 1",
      "Sec-Fetch-Dest: document",
      "Sec-Fetch-Mode: navigate",
      "Sec-Fetch-Site: same-origin",
      "Priority: u=0, i"};
  return filled_head("GET /api/orders/42?page=2 HTTP/1.1\r\nHost: shop.example\r\n", lines, bytes);
}

inline std::string sample_response_head(int64_t bytes) {
  static constexpr std::array<std::string_view, 9> lines = {
      "Date: Tue, 04 Jun 2024 10:20:30 GMT",
      "Content-Type: application/json; charset=utf-8",
      "Server: nginx",
      "Connection: keep-alive",
      "Cache-Control: private, max-age=0, must-revalidate",
      "ETag: \"33a64df551425fcc55e4d42a148795d9f25f89d4\"",
      "Set-Cookie: session=8c6976e5b5410415bde908bd4dee15df; Path=/; HttpOnly; SameSite=Lax",
      "Vary: Accept-Encoding, Origin",
      "Strict-Transport-Security: max-age=31536000; includeSubDomains"};
  return filled_head("HTTP/1.1 200 OK\r\nContent-Length: 5120\r\n", lines, bytes);
}

}  // namespace penstock::http
