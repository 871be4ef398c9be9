// SPDX-License-Identifier: Apache-2.0
//
// Understands "HTTP/1.1" as it stands in request lines and status lines. Well-formed versions other
// than 1.0 and 1.1 have a refusal of their own, for they are answered differently.
// Any thread. RFC 9112 2.3.
#pragma once

#include <string_view>

#include "dataplane/http/char_class.h"
#include "dataplane/http/http_version.h"
#include "dataplane/http/reason.h"

namespace penstock::http::h1 {

struct VersionText {
  ReplyReason refusal;
  Version version;
};

constexpr VersionText parse_version(std::string_view text) noexcept {
  if (text == "HTTP/1.1") return {ReplyReason::None, Version::Http11};
  if (text == "HTTP/1.0") return {ReplyReason::None, Version::Http10};
  const bool well_formed = text.size() == 8 && text.substr(0, 5) == "HTTP/" && is_digit(text[5]) &&
                           text[6] == '.' && is_digit(text[7]);
  const auto why = well_formed ? ReplyReason::VersionNotSupported : ReplyReason::VersionInvalid;
  return {why, Version::Http11};
}

}  // namespace penstock::http::h1
