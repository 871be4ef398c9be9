// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/exchange_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

#include "dataplane/base/check.h"
#include "tests/sim/keyed_body.h"

namespace penstock::testing {

namespace {

using Answer = ExchangePlan::Answer;

constexpr std::array<std::string_view, 5> kAnswerNames = {"length", "chunked", "close", "die",
                                                          "rule"};
constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::string chunk_of(const std::string& bytes) {
  std::array<char, 20> line;
  std::snprintf(line.data(), line.size(), "%zx\r\n", bytes.size());
  return line.data() + bytes + "\r\n";
}

}  // namespace

std::string target_of(const ExchangePlan& exchange) {
  std::ostringstream text;
  text << '/' << kAnswerNames[static_cast<size_t>(exchange.answer)] << '/' << exchange.id << '/'
       << exchange.answer_bytes << '/' << exchange.parts << '/' << exchange.pause.us() << '/'
       << exchange.request_bytes;
  return text.str();
}

ExchangePlan exchange_of(std::string_view target) {
  std::string words(target);
  std::replace(words.begin(), words.end(), '/', ' ');
  std::istringstream text(words);
  std::string answer;
  ExchangePlan exchange;
  int64_t pause_us = 0;
  text >> answer >> exchange.id >> exchange.answer_bytes >> exchange.parts >> pause_us >>
      exchange.request_bytes;
  const auto* const name = std::find(kAnswerNames.begin(), kAnswerNames.end(), answer);
  CHECK(!text.fail() && name != kAnswerNames.end());
  exchange.answer = static_cast<Answer>(name - kAnswerNames.begin());
  exchange.pause = base::Duration::from_us(pause_us);
  return exchange;
}

std::string request_text(const ExchangePlan& exchange) {
  const bool has_body = exchange.request_body != ExchangePlan::RequestBody::None;
  const std::string head =
      (has_body ? "POST " : "GET ") + target_of(exchange) + " HTTP/1.1\r\nHost: sim.example\r\n";
  if (!has_body) return head + "\r\n";
  const std::string body =
      KeyedBody(exchange.id, KeyedBody::Side::Request).bytes(exchange.request_bytes);
  if (exchange.request_body == ExchangePlan::RequestBody::Length) {
    return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  // Two chunks, where there is enough for two.
  std::string text = head + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string& part : {body.substr(0, body.size() / 2), body.substr(body.size() / 2)}) {
    if (!part.empty()) text += chunk_of(part);
  }
  return text.append(kLastChunk);
}

std::vector<std::string> answer_parts(const ExchangePlan& exchange, std::string_view backend) {
  std::string head = "HTTP/1.1 200 OK\r\nX-Backend: " + std::string(backend) +
                     "\r\nX-Exchange: " + std::to_string(exchange.id) + "\r\n";
  if (exchange.answer == Answer::Length || exchange.answer == Answer::DieHalfway) {
    head += "Content-Length: " + std::to_string(exchange.answer_bytes) + "\r\n";
  } else if (exchange.answer == Answer::Chunked) {
    head += "Transfer-Encoding: chunked\r\n";
  }
  std::vector<std::string> parts{head + "\r\n"};
  const KeyedBody body(exchange.id, KeyedBody::Side::Response);
  const size_t all =
      exchange.answer == Answer::DieHalfway ? exchange.answer_bytes / 2 : exchange.answer_bytes;
  const size_t each = all / exchange.parts + 1;
  for (size_t at = 0; at < all; at += each) {
    const std::string bytes = body.bytes(std::min(each, all - at), at);
    parts.push_back(exchange.answer == Answer::Chunked ? chunk_of(bytes) : bytes);
  }
  if (exchange.answer == Answer::Chunked) parts.back().append(kLastChunk);
  return parts;
}

}  // namespace penstock::testing
