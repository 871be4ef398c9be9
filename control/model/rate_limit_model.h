// SPDX-License-Identifier: Apache-2.0
//
// What an operator wants of a rate limit: who is counted together, how often they may come, and how
// much they may save up. Listeners and rules name limits; whatever names the same one is counted
// together.
// Plain values; validate.h says whether they make sense.
// Control thread.
#pragma once

#include <cstdint>
#include <string>

#include "dataplane/base/time.h"

namespace penstock::model {

// A request without the header or cookie is counted by its source address.
struct RateKey {
  enum class Kind : uint8_t { Source, Host, Header, Cookie, All };
  Kind kind = Kind::Source;
  std::string name = {};  // of the header or cookie
  bool operator==(const RateKey&) const = default;
};

struct RateLimit {
  std::string name;
  RateKey key = {};
  uint32_t tokens = 1;  // requests, or connections, in each period
  base::Duration period = base::Duration::from_s(1);
  uint32_t burst = 1;  // of them at once, after a pause
  // Source addresses that share so many leading bits are one client.
  uint32_t source_prefix_ipv4 = 32;
  uint32_t source_prefix_ipv6 = 64;
  bool operator==(const RateLimit&) const = default;
};

}  // namespace penstock::model
