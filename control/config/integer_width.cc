// SPDX-License-Identifier: Apache-2.0
#include "control/config/integer_width.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace penstock::config {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '*' ||
         c == '-' || c == '.';
}

// Past a string that begins at `at`.
size_t skip_string(std::string_view text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

// Past a comment that begins at `at`; `at` itself when none does.
size_t skip_comment(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  size_t end = at;
  if (rest.starts_with('#') || rest.starts_with("//")) end = text.find('\n', at);
  if (rest.starts_with("/*")) {
    end = text.find("*/", at + 2);
    if (end != std::string_view::npos) end += 2;
  }
  return std::min(end, text.size());
}

size_t skip_word(std::string_view text, size_t at) {
  while (at < text.size() && is_word(text[at])) ++at;
  return at;
}

// Why this number, name or fraction would be cut; nothing when it would not.
std::optional<std::string> cut_problem(std::string_view word) {
  const bool is_long = word.ends_with('L');
  std::string_view digits = word.substr(0, word.find('L'));
  const bool is_negative = digits.starts_with('-');
  if (is_negative) digits.remove_prefix(1);
  const bool is_hex = digits.starts_with("0x") || digits.starts_with("0X");
  if (is_hex) digits.remove_prefix(2);
  if (digits.empty()) return std::nullopt;
  uint64_t value = 0;
  const char* last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, value, is_hex ? 16 : 10);
  if (end != last || error == std::errc::invalid_argument) return std::nullopt;
  constexpr uint64_t kLargest = std::numeric_limits<int64_t>::max();
  if (error == std::errc::result_out_of_range || value > kLargest) {
    return std::string(word) + " is out of range; accepted: an integer of 64 bits";
  }
  constexpr uint64_t kLargestWithoutSuffix = std::numeric_limits<int32_t>::max();
  if (is_long || value <= kLargestWithoutSuffix) return std::nullopt;
  return std::string(word) + " is wider than 32 bits; accepted: with the suffix L, " +
         std::string(word) + "L";
}

// Past the comment, the string or the single character at `at`; `at` itself when a word begins.
size_t skip_to_next(std::string_view text, size_t at) {
  const size_t after_comment = skip_comment(text, at);
  if (after_comment != at) return after_comment;
  if (text[at] == '"') return skip_string(text, at);
  return is_word(text[at]) ? at : at + 1;
}

uint32_t line_of(std::string_view text, size_t at) {
  const std::string_view before = text.substr(0, at);
  return static_cast<uint32_t>(1 + std::count(before.begin(), before.end(), '\n'));
}

}  // namespace

std::optional<CutInteger> find_cut_integer(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t next = skip_to_next(text, at);
    if (next != at) {
      at = next;
      continue;
    }
    const size_t end = skip_word(text, at);
    if (auto problem = cut_problem(text.substr(at, end - at))) {
      return CutInteger{line_of(text, at), std::move(*problem)};
    }
    at = end;
  }
  return std::nullopt;
}

}  // namespace penstock::config
