// SPDX-License-Identifier: Apache-2.0
//
// Field lines as text, for all that write heads.
// Called on the worker that owns the exchange.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "dataplane/http/byte_sink.h"

namespace penstock::http::h1 {

inline constexpr std::string_view kLineEnd = "\r\n";

inline void append_number(ByteSink& sink, uint64_t number) noexcept {
  std::array<char, 20> digits;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  sink.append({digits.data(), static_cast<size_t>(written.ptr - digits.data())});
}

inline void append_field(ByteSink& sink, std::string_view name_and_colon,
                         std::string_view value) noexcept {
  sink.append(name_and_colon);
  sink.append(value);
  sink.append(kLineEnd);
}

inline void append_number_field(ByteSink& sink, std::string_view name_and_colon,
                                uint64_t number) noexcept {
  sink.append(name_and_colon);
  append_number(sink, number);
  sink.append(kLineEnd);
}

}  // namespace penstock::http::h1
