// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/field.h"

#include <cstring>

namespace penstock::http {
namespace {

// Setting bit 5 lowers letters and leaves "-" and digits alone. For token characters it maps
// nothing else to a letter or to "-", so equality after it is equality without case.
constexpr uint64_t kLowerBits = 0x2020'2020'2020'2020ull;

template <size_t kBytes>
uint64_t lowered(const char* from) noexcept {
  static_assert(kBytes <= 8);
  uint64_t word = 0;
  std::memcpy(&word, from, kBytes);
  return word | kLowerBits;
}

// `name` has the length of `lower`, which the caller's switch has established. Whole words, of
// which the last may overlap the one before: two or three compares a name.
template <size_t kSize>
bool is(std::string_view name, const char (&lower)[kSize]) noexcept {
  constexpr size_t kLength = kSize - 1;
  if constexpr (kLength <= 8) {
    return lowered<kLength>(name.data()) == lowered<kLength>(lower);
  } else {
    for (size_t at = 0; at + 8 <= kLength; at += 8) {
      if (lowered<8>(name.data() + at) != lowered<8>(lower + at)) return false;
    }
    return lowered<8>(name.data() + kLength - 8) == lowered<8>(lower + kLength - 8);
  }
}

constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

FieldId field_id(std::string_view name) noexcept {
  switch (name.size()) {
    case 2:
      return is(name, "te") ? FieldId::Te : FieldId::Other;
    case 3:
      return is(name, "via") ? FieldId::Via : FieldId::Other;
    case 4:
      if (is(name, "host")) return FieldId::Host;
      return is(name, "date") ? FieldId::Date : FieldId::Other;
    case 6:
      if (is(name, "cookie")) return FieldId::Cookie;
      return is(name, "expect") ? FieldId::Expect : FieldId::Other;
    case 7:
      if (is(name, "referer")) return FieldId::Referer;
      if (is(name, "upgrade")) return FieldId::Upgrade;
      return is(name, "trailer") ? FieldId::Trailer : FieldId::Other;
    case 9:
      return is(name, "forwarded") ? FieldId::Forwarded : FieldId::Other;
    case 10:
      if (is(name, "connection")) return FieldId::Connection;
      if (is(name, "user-agent")) return FieldId::UserAgent;
      return is(name, "keep-alive") ? FieldId::KeepAlive : FieldId::Other;
    case 12:
      if (is(name, "x-request-id")) return FieldId::XRequestId;
      return is(name, "max-forwards") ? FieldId::MaxForwards : FieldId::Other;
    case 13:
      return is(name, "authorization") ? FieldId::Authorization : FieldId::Other;
    case 14:
      return is(name, "content-length") ? FieldId::ContentLength : FieldId::Other;
    case 15:
      return is(name, "x-forwarded-for") ? FieldId::XForwardedFor : FieldId::Other;
    case 16:
      if (is(name, "x-forwarded-port")) return FieldId::XForwardedPort;
      if (is(name, "x-forwarded-host")) return FieldId::XForwardedHost;
      return is(name, "proxy-connection") ? FieldId::ProxyConnection : FieldId::Other;
    case 17:
      if (is(name, "transfer-encoding")) return FieldId::TransferEncoding;
      return is(name, "x-forwarded-proto") ? FieldId::XForwardedProto : FieldId::Other;
    default:
      return FieldId::Other;
  }
}

bool equals_ignore_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

}  // namespace penstock::http
