// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/isn.h"

#include "dataplane/base/siphash.h"

namespace penstock::tcp {

Seq initial_sequence(const FlowKey& flow, base::SecretKey key, base::Instant now) noexcept {
  const uint64_t secret =
      hash_words(flow, [&](auto... words) { return base::siphash24(key, words...); });
  const auto ticks = static_cast<uint32_t>(now.ns() / 4'000);
  return Seq(static_cast<uint32_t>(secret) + ticks);
}

}  // namespace penstock::tcp
