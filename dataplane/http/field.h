// SPDX-License-Identifier: Apache-2.0
//
// The field names that Penstock itself acts upon, as small numbers; all others are Other. A name is
// looked up once, when it is parsed.
// Any thread. RFC 9110 5.1: names are case-insensitive.
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::http {

enum class FieldId : uint8_t {
  Other,
  Host,
  ContentLength,
  TransferEncoding,
  Connection,
  KeepAlive,
  ProxyConnection,
  Te,
  Trailer,
  Upgrade,
  Expect,
  Cookie,
  Authorization,
  UserAgent,
  Referer,
  XForwardedFor,
  XForwardedProto,
  XForwardedPort,
  XForwardedHost,
  Forwarded,
  Via,
  XRequestId,
  Date,
  MaxForwards,
  Dropped,  // no name has it: a field that policy keeps from rules and backends
};
inline constexpr unsigned kFieldIds = static_cast<unsigned>(FieldId::Dropped) + 1;

// `name` consists of token characters.
FieldId field_id(std::string_view name) noexcept;

// ASCII only, as everything that HTTP compares without case.
bool equals_ignore_case(std::string_view a, std::string_view b) noexcept;

}  // namespace penstock::http
