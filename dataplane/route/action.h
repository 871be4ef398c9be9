// SPDX-License-Identifier: Apache-2.0
//
// What a rule does with a request that it takes: forward it to a pool, answer it, or redirect it.
// Values only; proxy carries an action out, rewrite.h renders a redirect's Location.
// Built by control; read by workers, unchanged after the snapshot is published.
// Invariants (checked by RuleTable::compile): statuses and texts are legal to send; a replaced
// prefix stands only in a rule whose path condition is a prefix.
// RFC 9110 15.4 (redirection).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace penstock::route {

// To the pool with this index in the snapshot.
struct Forward {
  uint32_t pool = 0;
};

struct FixedResponse {
  uint16_t status = 200;
  std::string content_type;  // empty: no Content-Type field
  std::string body;
};

// What is absent is kept from the request; the query always is.
struct Redirect {
  uint16_t status = 302;              // 301, 302, 303, 307 or 308
  std::optional<std::string> scheme;  // "http" or "https"
  std::optional<std::string> host;
  std::optional<uint16_t> port;            // absent with a new scheme: that scheme's own port
  std::optional<std::string> path;         // the whole new path, or
  std::optional<std::string> path_prefix;  // what stands instead of the rule's prefix
};

using Action = std::variant<Forward, FixedResponse, Redirect>;

}  // namespace penstock::route
