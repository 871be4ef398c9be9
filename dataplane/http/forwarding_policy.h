// SPDX-License-Identifier: Apache-2.0
//
// What requests and responses are given on their way, and whose word about a client is taken: what
// an operator decides about them in the group `forwarding` of the configuration.
// Plain values, part of a snapshot; filled by control, only read by workers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dataplane/base/prefix_set.h"

namespace penstock::http {

// X-Forwarded-For, -Proto, -Port and -Host.
enum class XForwarded : uint8_t {
  Append,    // the peer is appended to -For; the others are kept from trusted proxies only
  Replace,   // ours only
  Preserve,  // as received; ours where there are none
  Remove,    // none
};

// Of a field that is not sent by default.
enum class Addition : uint8_t { Omit, Append };

struct ForwardingPolicy {
  XForwarded x_forwarded = XForwarded::Append;
  Addition forwarded = Addition::Omit;   // RFC 7239; without it, received from trusted peers only
  Addition via = Addition::Omit;         // RFC 9110 7.6.3, in both directions
  Addition request_id = Addition::Omit;  // X-Request-ID, in both directions
  std::string via_name = "penstock";
  base::PrefixSet trusted_proxies;  // peers in it may speak for their clients
};

// Empty: messages get no Via of ours.
inline std::string_view via_name_of(const ForwardingPolicy& policy) noexcept {
  return policy.via == Addition::Append ? std::string_view(policy.via_name) : std::string_view();
}

}  // namespace penstock::http
