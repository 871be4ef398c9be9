// SPDX-License-Identifier: Apache-2.0
#include "control/stats/access_line.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace penstock::stats {
namespace {

// Everything that could end a field or a line early, or confuse a terminal, becomes \xHH.
std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    const bool is_plain = byte > 0x20 && byte < 0x7f && c != '"' && c != '\\';
    if (is_plain) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    }
  }
  return out;
}

template <uint16_t N>
std::string field(const proxy::ShortText<N>& text) {
  if (text.view().empty()) return "-";
  return escaped(text.view()) + (text.is_cut() ? "..." : "");
}

// 2026-11-23T04:38:51.123456Z
std::string utc(int64_t ns) {
  // Rounds towards the past, so that the fraction is never negative.
  const int64_t us = ns / 1'000;
  const int64_t s = us / 1'000'000 - (us % 1'000'000 < 0 ? 1 : 0);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(static_cast<std::time_t>(s)),
                     us - s * 1'000'000);
}

// Of a client that a proxy speaks for, no port is known.
std::string client_text(const base::Endpoint& client) {
  return client.port == 0 ? client.address.format() : client.format();
}

// "body_unexpected,field_empty"
std::string deviations_text(const http::Deviations& deviations) {
  std::string text;
  deviations.for_each([&](http::Deviation deviation) {
    if (!text.empty()) text += ',';
    text += http::entry_of(deviation).text;
  });
  return text.empty() ? "-" : text;
}

}  // namespace

std::string access_line(const proxy::AccessRecord& record, int64_t wall_offset_ns) {
  return fmt::format(
      "{} {} \"{} {}\" {} {} {} {} {} {} {} {} {} {} {} {}", utc(record.begun_ns + wall_offset_ns),
      client_text(record.client), field(record.method), field(record.target), field(record.host),
      record.status, http::reply_text(record.reason), field(record.rule), field(record.pool),
      record.backend.port == 0 ? "-" : record.backend.format(), record.tries,
      record.request_body_bytes, record.response_body_bytes, record.duration_ns / 1'000,
      deviations_text(record.deviations), field(record.request_id));
}

}  // namespace penstock::stats
