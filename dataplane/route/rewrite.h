// SPDX-License-Identifier: Apache-2.0
//
// Renders the Location of a redirect for one request.
// It writes no other part of the response, and decides nothing: the rule was chosen before.
// Called by proxy on a worker; writes into the caller's buffer and does not allocate.
// Invariants: (1) the result is an absolute URI, or, without any host, an absolute path that cannot
// be taken for a host ("//evil" becomes "/evil"); (2) nothing is cut off: what does not fit is
// refused.
// RFC 9110 10.2.2 (Location), RFC 3986 4.2 (relative references).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "dataplane/route/rule.h"

namespace penstock::route {

// The effective request URI in parts. An IPv6 host keeps its brackets.
struct RequestUri {
  std::string_view scheme;  // "http" or "https"
  std::string_view host;
  uint16_t port = 0;  // 0: the scheme's own
  std::string_view path;
  std::string_view query;
};

// The text stands in `buffer`; nullopt when it does not fit (base::kLocationBytesMax always does).
std::optional<std::string_view> render_location(const Redirect& redirect, const PathMatch& matched,
                                                const RequestUri& uri,
                                                std::span<char> buffer) noexcept;

}  // namespace penstock::route
