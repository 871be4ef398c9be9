// SPDX-License-Identifier: Apache-2.0
//
// SYN cookies: what must be known of a SYN, put into our initial sequence number, so that a SYN
// needs no memory until its sender has proved to be where it says. The ACK brings the number back.
// Answering with them and opening from them is handshake_arrives.cc's.
//     31                             8 7   6      4 3      1 0
//     | MAC of flow, peer's ISN, rest | age | MSS    | scale  | SACK |
// Pure functions; called by the worker that owns the stack.
// Invariants: (1) a cookie is good for 64 to 128 s; (2) what is read is at most what was offered:
// MSS and scale are rounded down.
// RFC 4987 3.6; RFC 6528 (nobody without the key can make one).
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/base/random.h"
#include "dataplane/base/time.h"
#include "dataplane/tcp/flow_key.h"
#include "dataplane/tcp/seq.h"

namespace penstock::tcp {

// Of a peer's SYN.
struct SynFacts {
  uint16_t mss = 536;
  std::optional<uint8_t> window_scale = std::nullopt;
  bool sack_permitted = false;
};

Seq make_cookie(const FlowKey& flow, Seq peer_isn, const SynFacts& facts, base::SecretKey key,
                base::Instant now) noexcept;

// nullopt when `isn` is no cookie of ours for this flow, or too old.
std::optional<SynFacts> read_cookie(const FlowKey& flow, Seq peer_isn, Seq isn, base::SecretKey key,
                                    base::Instant now) noexcept;

inline constexpr base::Duration kCookiePeriod = base::Duration::from_s(64);

}  // namespace penstock::tcp
