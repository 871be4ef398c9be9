// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/query_match.h"

#include <cstddef>

namespace penstock::route {

namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct DecodedByte {
  char byte;
  size_t length;  // of its encoded form
};

DecodedByte decode_first(std::string_view encoded) noexcept {
  if (encoded[0] == '+') return {' ', 1};
  if (encoded[0] != '%' || encoded.size() < 3) return {encoded[0], 1};
  const int high = hex_digit(encoded[1]);
  const int low = hex_digit(encoded[2]);
  if (high < 0 || low < 0) return {'%', 1};
  return {static_cast<char>(high * 16 + low), 3};
}

bool decodes_to(std::string_view encoded, std::string_view plain) noexcept {
  while (!encoded.empty() && !plain.empty()) {
    const DecodedByte decoded = decode_first(encoded);
    if (decoded.byte != plain[0]) return false;
    encoded.remove_prefix(decoded.length);
    plain.remove_prefix(1);
  }
  return encoded.empty() && plain.empty();
}

}  // namespace

bool holds(const QueryCondition& condition, std::string_view query) noexcept {
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(parameter.size() == query.size() ? query.size() : parameter.size() + 1);
    if (parameter.empty()) continue;
    const size_t equals = parameter.find('=');
    if (!decodes_to(parameter.substr(0, equals), condition.name)) continue;
    if (!condition.value) return true;
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : parameter.substr(equals + 1);
    if (decodes_to(value, *condition.value)) return true;
  }
  return false;
}

}  // namespace penstock::route
