// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/isn.h"

#include "dataplane/base/siphash.h"

namespace penstock::tcp {

namespace {

// RFC 9293 3.4.1 says 4 microseconds, which is 250 kB/s. A connection that was faster would be
// followed, on the same endpoints, by one whose number lies before its last: a peer in TIME-WAIT
// takes its SYN for an old one. This is 16 MB/s, and once around in 275 s, longer than TIME-WAIT.
constexpr int64_t kTickNs = 64;

}  // namespace

Seq initial_sequence(const FlowKey& flow, base::SecretKey key, base::Instant now) noexcept {
  const uint64_t secret =
      hash_words(flow, [&](auto... words) { return base::siphash24(key, words...); });
  const auto ticks = static_cast<uint32_t>(now.ns() / kTickNs);
  return Seq(static_cast<uint32_t>(secret) + ticks);
}

}  // namespace penstock::tcp
