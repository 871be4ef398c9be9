// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/drain.h"

namespace penstock::worker {

void Drain::serve() noexcept {
  if (phase_ == Phase::Starting) phase_ = Phase::Serving;
}

void Drain::begin() noexcept {
  if (phase_ < Phase::Draining) phase_ = Phase::Draining;
}

void Drain::after_turn(ProxyState proxy, uint32_t connections_open, base::Instant now) noexcept {
  if (phase_ != Phase::Draining || proxy == ProxyState::Working) return;
  if (linger_end_.is_never()) linger_end_ = now + kLingerMax;
  if (connections_open == 0 || now >= linger_end_) stop();
}

}  // namespace penstock::worker
