// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/proxy.h"

#include "dataplane/proxy/conductor.h"

namespace penstock::proxy {

Proxy::Proxy(const ProxySettings& settings, const ProxyPlaces& places)
    : conductor_(std::make_unique<Conductor>(settings, places)) {}

Proxy::~Proxy() = default;

void Proxy::use_snapshot(Snapshot& snapshot, base::Instant now) noexcept {
  conductor_->use_snapshot(snapshot, now);
}

void Proxy::on_ready(const tcp::Ready& ready, base::Instant now) noexcept {
  conductor_->on_ready(ready, now);
}

void Proxy::on_timers(base::Instant now) noexcept { conductor_->on_timers(now); }

base::Instant Proxy::next_deadline() const noexcept { return conductor_->next_deadline(); }

void Proxy::begin_drain(base::Instant now) noexcept { conductor_->begin_drain(now); }

bool Proxy::is_drained() const noexcept { return conductor_->is_drained(); }

}  // namespace penstock::proxy
