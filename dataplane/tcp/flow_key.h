// SPDX-License-Identifier: Apache-2.0
//
// FlowKey: the two endpoints that name a connection, and its keyed hash. Local is ours.
// Any thread.
// RFC 9293 3.3.1 (a connection is a pair of sockets).
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/siphash.h"

namespace penstock::tcp {

struct FlowKey {
  base::Endpoint local;
  base::Endpoint remote;

  constexpr bool operator==(const FlowKey&) const noexcept = default;

  constexpr uint64_t ports() const noexcept {
    return uint64_t{local.port} << 16 | uint64_t{remote.port};
  }
};

// For FlowMap.
// Calls `hash` with the words that tell a flow from all others: of IPv4, two are enough.
template <class Hash>
constexpr uint64_t hash_words(const FlowKey& flow, Hash&& hash) noexcept {
  const base::IpAddress& local = flow.local.address;
  const base::IpAddress& remote = flow.remote.address;
  if (local.is_v4() && remote.is_v4()) {
    return hash(uint64_t{local.v4()} << 32 | remote.v4(), flow.ports());
  }
  return hash(local.high(), local.low(), remote.high(), remote.low(), flow.ports());
}

// For the table of connections.
constexpr uint32_t hash_of(const FlowKey& flow, base::SecretKey key) noexcept {
  return static_cast<uint32_t>(
      hash_words(flow, [&](auto... words) { return base::siphash13(key, words...); }));
}

}  // namespace penstock::tcp
