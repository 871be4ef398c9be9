// SPDX-License-Identifier: Apache-2.0
//
// Which bytes HTTP allows where, as one table of bits.
// Any thread. RFC 9110 5.6.2 (token), 5.5 (field values), RFC 3986 3 (targets and hosts).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace penstock::http {

enum CharClass : uint8_t {
  kTokenChar = 1,   // Methods and field names.
  kValueChar = 2,   // Field values and reason phrases: HTAB, SP, visible and obs-text.
  kTargetChar = 4,  // Request targets: visible ASCII but "#". Wider than RFC 3986, as clients are.
  kHostChar = 8,    // Registered names and IPv4 addresses, see parse_host().
  kUriChar = 16,    // Paths and queries as RFC 3986 has them, with "%" and "?".
  kPlainNameChar = 32,   // Field names without "_".
  kUnreservedChar = 64,  // RFC 3986 2.3: means the same with and without percent-encoding.
};

namespace char_class_detail {
constexpr std::array<uint8_t, 256> make_table() noexcept {
  constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";
  constexpr std::string_view host_marks = "-._~";
  constexpr std::string_view uri_marks = "-._~!$&'()*+,;=:@/?%";
  std::array<uint8_t, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    const unsigned lower = c | 0x20;
    const char as_char = static_cast<char>(c);
    const bool alphanumeric = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z' && c < 0x80);
    unsigned classes = 0;
    if (alphanumeric) classes |= kTokenChar | kHostChar | kUriChar | kUnreservedChar;
    if (token_marks.find(as_char) != std::string_view::npos) classes |= kTokenChar;
    if (host_marks.find(as_char) != std::string_view::npos) classes |= kHostChar | kUnreservedChar;
    if (uri_marks.find(as_char) != std::string_view::npos) classes |= kUriChar;
    if ((classes & kTokenChar) != 0 && c != '_') classes |= kPlainNameChar;
    if (c == '\t' || (c >= 0x20 && c != 0x7f)) classes |= kValueChar;
    if (c > 0x20 && c < 0x7f && c != '#') classes |= kTargetChar;
    table[c] = static_cast<uint8_t>(classes);
  }
  return table;
}
}  // namespace char_class_detail

inline constexpr std::array<uint8_t, 256> kCharClasses = char_class_detail::make_table();

constexpr bool is_in(CharClass which, uint8_t byte) noexcept {
  return (kCharClasses[byte] & which) != 0;
}

// The length of the longest prefix of `text` whose bytes are all of that class.
constexpr uint32_t prefix_length(CharClass which, std::string_view text) noexcept {
  uint32_t length = 0;
  while (length < text.size() && is_in(which, static_cast<uint8_t>(text[length]))) ++length;
  return length;
}
constexpr bool consists_of(CharClass which, std::string_view text) noexcept {
  return prefix_length(which, text) == text.size();
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_optional_space(char c) noexcept { return c == ' ' || c == '\t'; }

// Without the spaces and tabs around it (OWS, RFC 9110 5.6.3).
constexpr std::string_view trim_optional_space(std::string_view text) noexcept {
  while (!text.empty() && is_optional_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_optional_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace penstock::http
