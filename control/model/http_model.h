// SPDX-License-Identifier: Apache-2.0
//
// What an operator wants of HTTP: how strictly requests are read, and what messages are given on
// their way.
// Plain values; what must hold between them is checked by validate.h.
// Control thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/base/address.h"

namespace penstock::model {

// How requests are read.
struct Http {
  // Named as managed load balancers name their desync mitigation modes.
  enum class Mode : uint8_t { Monitor, Defensive, Strictest };
  enum class Underscores : uint8_t { Drop, Refuse, Forward };  // field names with "_"
  enum class Path : uint8_t { Normalized, Received };          // what backends get
  enum class DuplicateSlashes : uint8_t { Merge, Keep };       // in the normalized path
  enum class EncodedSlash : uint8_t { Keep, Refuse, Decode };  // "%2F" and "%5C", likewise
  Mode mode = Mode::Defensive;
  Underscores underscores = Underscores::Drop;
  Path path = Path::Normalized;
  DuplicateSlashes duplicate_slashes = DuplicateSlashes::Merge;
  EncodedSlash encoded_slash = EncodedSlash::Refuse;
  bool operator==(const Http&) const = default;
};

// What messages are given.
struct Forwarding {
  // Whether replies that Penstock makes itself carry their reason in a `Penstock-Reason` field.
  enum class ReasonField : uint8_t { Send, Omit };
  enum class XForwarded : uint8_t { Append, Replace, Preserve, Remove };
  enum class Addition : uint8_t { Omit, Append };
  ReasonField reason_field = ReasonField::Send;
  // Which requests may turn their connection into a tunnel; never to HTTP/2, whose requests no rule
  // would see.
  enum class Upgrade : uint8_t { Any, WebSocket, Never };
  Upgrade upgrade = Upgrade::Any;
  XForwarded x_forwarded = XForwarded::Append;  // X-Forwarded-For, -Proto, -Port, -Host
  std::vector<base::IpPrefix> trusted_proxies;  // peers in them may speak for their clients
  Addition forwarded = Addition::Omit;          // RFC 7239
  Addition via = Addition::Omit;                // in both directions
  std::string via_name = "penstock";
  Addition request_id = Addition::Omit;  // X-Request-ID, in both directions
  bool operator==(const Forwarding&) const = default;
};

}  // namespace penstock::model
