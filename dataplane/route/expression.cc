// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/expression.h"

#include "dataplane/route/folded_host.h"

namespace penstock::route {

namespace {

bool is_alphanumeric(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::string escape_literal(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string escaped;
  for (const char c : text) {
    if (is_alphanumeric(c)) {
      escaped += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      escaped += "\\x";
      escaped += kDigits[byte >> 4];
      escaped += kDigits[byte & 15];
    }
  }
  return escaped;
}

}  // namespace

std::string reversed_wildcard_expression(std::string_view suffix) {
  return "^" + escape_literal(ReversedHost(FoldedHost(suffix)).text()) + "\\x2e.";
}

std::string path_expression(std::string_view regex) { return "^(?:" + std::string(regex) + ")"; }

std::string_view without_trailing_slash(std::string_view prefix) noexcept {
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  return prefix;
}

}  // namespace penstock::route
