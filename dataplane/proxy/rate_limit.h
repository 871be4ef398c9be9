// SPDX-License-Identifier: Apache-2.0
//
// A rate limit as workers read it: who is counted together, and how often they may come.
// A value in the snapshot; rate_limiter.h applies it to the buckets, which outlive snapshots.
// Made by control; read by workers.
// Invariants: (1) limits of the same name have the same identity in all snapshots, so that a limit
// that is changed goes on with the buckets it had; (2) where a request has no such field or
// cookie, its source is counted.
#pragma once

#include <cstdint>
#include <string>

#include "dataplane/base/token_buckets.h"

namespace penstock::proxy {

struct RateLimit {
  enum class Key : uint8_t {
    Source,  // the client's network
    Host,
    Header,
    Cookie,
    All,  // everybody together
  };

  std::string name;
  uint64_t identity = 0;  // a hash of the name
  Key key = Key::Source;
  std::string field;  // the name of the header or cookie
  // Addresses that share these leading bits are one client.
  uint8_t source_prefix_ipv4 = 32;
  uint8_t source_prefix_ipv6 = 64;
  base::TokenRate rate;
  uint32_t id = 0;  // its place in counters, in every snapshot that has it
};

}  // namespace penstock::proxy
