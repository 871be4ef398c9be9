// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/isn.h"

#include "dataplane/base/siphash.h"

namespace penstock::tcp {

Seq initial_sequence(const FlowKey& flow, base::SecretKey key, base::Instant now) noexcept {
  const base::IpAddress& local = flow.local.address;
  const base::IpAddress& remote = flow.remote.address;
  const uint64_t secret =
      base::siphash24(key, local.high(), local.low(), remote.high(), remote.low(), flow.ports());
  const auto ticks = static_cast<uint32_t>(now.ns() / 4'000);
  return Seq(static_cast<uint32_t>(secret) + ticks);
}

}  // namespace penstock::tcp
