// SPDX-License-Identifier: Apache-2.0
//
// What the parts of a message mean to an intermediary: which connection persists, which fields stay
// on their hop, which methods may be repeated, who waits for 100 (Continue).
// It changes nothing and keeps nothing.
// Any thread. RFC 9112 9.3 (persistence), RFC 9110 7.6.1 (Connection), 9.2 (methods), 10.1.1
// (Expect), 7.2 with RFC 3986 3.2 (Host).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/base/bytes.h"
#include "dataplane/http/headers.h"
#include "dataplane/http/http_version.h"
#include "dataplane/http/message.h"
#include "dataplane/http/method.h"

namespace penstock::http {

// What all Connection fields of a message say together.
struct ConnectionOptions {
  bool close = false;
  bool keep_alive = false;
  bool upgrade = false;
  // Some option names a field that is not hop-by-hop by itself; see is_nominated().
  bool nominates = false;
  // Some option names a field that is for the origin whatever Connection says.
  bool names_end_to_end = false;
  // More than base::kConnectionOptionsMax: such a message is not to be forwarded.
  bool are_too_many = false;
};
ConnectionOptions connection_options(const FieldTable& fields, base::ByteSpan head) noexcept;

enum class Persistence : uint8_t { KeepAlive, Close };

// RFC 9112 9.3: close wins; HTTP/1.1 persists by default, HTTP/1.0 only when asked.
constexpr Persistence persistence(Version version, ConnectionOptions options) noexcept {
  if (options.close) return Persistence::Close;
  if (version == Version::Http11 || options.keep_alive) return Persistence::KeepAlive;
  return Persistence::Close;
}
constexpr bool keeps_alive(Version version, ConnectionOptions options) noexcept {
  return persistence(version, options) == Persistence::KeepAlive;
}

// Fields that never travel on, whatever Connection says (RFC 9110 7.6.1).
constexpr bool is_hop_by_hop(FieldId id) noexcept {
  switch (id) {
    case FieldId::Connection:
    case FieldId::KeepAlive:
    case FieldId::ProxyConnection:
    case FieldId::Te:
    case FieldId::Trailer:
    case FieldId::TransferEncoding:
    case FieldId::Upgrade:
      return true;
    default:
      return false;
  }
}

// True when a Connection field names this field. A field with an id of its own is end-to-end by
// definition and cannot be nominated away: else a client could strip Host, Cookie or
// X-Forwarded-For from what the backend sees.
bool is_nominated(const Field& field, const FieldTable& fields, base::ByteSpan head) noexcept;

// RFC 9110 9.2.1 and 9.2.2.
constexpr bool is_safe(Method method) noexcept {
  return method == Method::Get || method == Method::Head || method == Method::Options ||
         method == Method::Trace;
}
constexpr bool is_idempotent(Method method) noexcept {
  return is_safe(method) || method == Method::Put || method == Method::Delete;
}

// The client waits for 100 (Continue) before it sends its body. HTTP/1.0 cannot ask for it.
bool expects_continue(const RequestHead& head, base::ByteSpan bytes) noexcept;

// What a request asks its connection to become (RFC 9110 7.8).
enum class RequestedUpgrade : uint8_t {
  None,  // or one that is never passed on: behind HTTP/2 and TLS no rule would see the requests
  WebSocket,
  Other,
};
RequestedUpgrade requested_upgrade(const RequestHead& head, base::ByteSpan bytes) noexcept;

// A host with an optional port, as in the Host field and in an absolute target.
struct HostAndPort {
  std::string_view host;  // Not empty; an IPv6 literal with its brackets.
  std::string_view port;  // Digits, at most 65535; empty when there is none.
};
// Stricter than RFC 3986: letters, digits, "-", ".", "_", "~" and IPv6 literals only, so that no
// component can read a list, a user name or an escape into it.
std::optional<HostAndPort> parse_host(std::string_view text) noexcept;

}  // namespace penstock::http
