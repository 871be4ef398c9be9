// SPDX-License-Identifier: Apache-2.0
//
// The methods that Penstock tells apart. Every other token is Other: it is forwarded by its text
// and treated as neither safe nor idempotent.
// Any thread. RFC 9110 9, RFC 5789 (PATCH).
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::http {

enum class Method : uint8_t {
  Get,
  Head,
  Post,
  Put,
  Delete,
  Connect,
  Options,
  Trace,
  Patch,
  Other,
};

// Case matters (RFC 9110 9.1): "get" is Other.
Method parse_method(std::string_view text) noexcept;

// "GET" and so on; empty for Other, whose text only the message knows.
std::string_view method_text(Method method) noexcept;

}  // namespace penstock::http
