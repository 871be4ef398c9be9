// SPDX-License-Identifier: Apache-2.0
//
// What a path means, said segment by segment and without the product's own code, so that a mistake
// there is not made twice.
// RFC 3986 6.2.2 (normalization), 5.2.4 (dot segments).
#pragma once

#include <string>
#include <string_view>

#include "dataplane/http/request_policy.h"

namespace penstock::fuzz {

struct PathMeaning {
  bool is_refused = false;  // in every mode
  bool is_badly_escaped = false;
  bool hides_dots = false;  // dot segments for who decodes slashes, or drops what is behind ";"
  std::string normal;
};

// `path` begins with "/".
PathMeaning meaning_of(std::string_view path, const http::PathPolicy& policy);

// Whether RFC 3986 allows its characters in a path or a query.
bool is_within_uri(std::string_view text);

}  // namespace penstock::fuzz
