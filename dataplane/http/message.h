// SPDX-License-Identifier: Apache-2.0
//
// The heads of a request and of a response after parsing: small legal values and positions, which
// need the head's bytes only to be read as text. Bodies are framing.h and body_decoder.h.
// Owned by one exchange on one worker; about 2.6 KB each, so they are filled in place.
// Invariants of a parsed RequestHead: (1) target, path and query are legal for `form`; (2) an
// HTTP/1.1 request has a non-empty authority; (3) method is never Connect; (4) path is not empty.
// RFC 9112 2-5, RFC 9110 7.1-7.2.
#pragma once

#include <cstdint>

#include "dataplane/http/headers.h"
#include "dataplane/http/http_version.h"
#include "dataplane/http/method.h"

namespace penstock::http {

enum class TargetForm : uint8_t { Origin, Absolute, Asterisk };

struct RequestHead {
  Method method = Method::Other;
  TargetForm form = TargetForm::Origin;
  Version version = Version::Http11;
  Text method_text{};
  Text target{};
  // Path and query consist of what RFC 3986 allows there; false for what only clients do.
  bool target_is_uri = true;
  // The host that the request is for, without port: of an absolute target, else of the Host field.
  // Empty only for HTTP/1.0 without either. An IPv6 literal keeps its brackets.
  Text authority{};
  // The same with the port as it came: what the Host field says upstream.
  Text host_value{};
  // "*" in asterisk form. An absolute target without a path has "/", borrowed from its "://".
  Text path{};
  // Behind the first "?"; empty when there is none.
  Text query{};
  FieldTable fields;
  // Length of the head in the bytes that were given, with leading empty lines and the empty line
  // at its end: where the body, or the next message, begins.
  uint32_t head_bytes = 0;
};

// An absolute target such as "http://a" or "http://a?q": its path "/" is not part of the target.
constexpr bool path_is_implied(const RequestHead& head) noexcept {
  return head.form == TargetForm::Absolute && head.path.offset < head.authority.offset;
}

struct ResponseHead {
  Version version = Version::Http11;
  uint16_t status = 0;
  Text reason{};
  FieldTable fields;
  uint32_t head_bytes = 0;
};

}  // namespace penstock::http
