// SPDX-License-Identifier: Apache-2.0
#include "control/model/text_rules.h"

#include <algorithm>
#include <cstdint>

#include "dataplane/base/limits.h"

namespace penstock::model {

namespace {

constexpr size_t kHostBytesMax = 253;
constexpr size_t kLabelBytesMax = 63;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_visible(char c) { return c > 0x20 && c < 0x7f; }
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

template <class Predicate>
bool all(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLabelBytesMax) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  // The underscore is not in RFC 1123, but names with it are in use.
  return all(label, [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '_'; });
}

}  // namespace

std::string quoted(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      result += c;
    } else {
      result += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return result + "\"";
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= base::kNameBytesMax &&
         all(text, [](char c) { return is_visible(c) && !is_one_of(c, "\"'`\\/"); });
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= base::kConditionBytesMax && all(text, [](char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || is_one_of(c, "!#$%&'*+-.^_`|~");
  });
}

bool is_host(std::string_view text) {
  if (text.empty() || text.size() > kHostBytesMax) return false;
  for (size_t start = 0; start <= text.size();) {
    const size_t dot = std::min(text.find('.', start), text.size());
    if (!is_label(text.substr(start, dot - start))) return false;
    start = dot + 1;
  }
  return true;
}

bool is_host_condition(std::string_view text) {
  return is_host(text.starts_with("*.") ? text.substr(2) : text);
}

bool is_url_path(std::string_view text) {
  return text.starts_with('/') && text.size() <= base::kConditionBytesMax &&
         all(text, [](char c) { return is_visible(c) && !is_one_of(c, "?#\"<>\\^`{|}"); });
}

bool is_field_value(std::string_view text) {
  if (text.size() > base::kConditionBytesMax) return false;
  if (text.starts_with(' ') || text.ends_with(' ')) return false;
  return all(text, [](char c) { return is_visible(c) || c == ' '; });
}

}  // namespace penstock::model
