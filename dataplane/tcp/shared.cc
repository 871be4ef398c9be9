// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/shared.h"

#include <algorithm>

#include "dataplane/tcp/lifecycle.h"

namespace penstock::tcp {

namespace {

constexpr size_t kCacheLineBytes = 64;

uint32_t slices_for(uint32_t window_bytes, uint32_t least) noexcept {
  return std::max(window_bytes / base::kWindowBytesPerSlice, least);
}

}  // namespace

Shared::Shared(const StackSettings& stack_settings, nic::PacketPool& packet_pool,
               net::Host& ip_host)
    : settings(stack_settings),
      receive_slices_max(slices_for(settings.receive_window_bytes, base::kReceiveSlicesMax)),
      send_slices_max(slices_for(settings.send_buffer_bytes, base::kSendSlicesMax)),
      pool(packet_pool),
      host(ip_host),
      connections(settings.connections_max),
      assemblers(std::max(settings.connections_max / base::kConnectionsPerAssembler, 16u)),
      segments(settings.connections_max),
      time_wait(std::max(settings.time_wait_max, 1u)),
      flows(settings.connections_max + time_wait.capacity()),
      source_ports(settings.seed),
      timers(base::Instant::from_ns(0)),
      challenge_acks(base::kChallengeAcksPerSecond, settings.seed + 1),
      resets(base::kResetsPerSecond, settings.seed + 2) {
  CHECK(settings.connections_max <= base::kConnectionsMax);
}

Shared::~Shared() {
  while (Connection* connection = open.front()) {
    connection->released = true;
    finish(*connection, CloseReason::Aborted);
    reclaim(*connection);
  }
}

uint32_t Shared::find(const FlowKey& flow, uint32_t hash) noexcept {
  return flows.find(hash, [&](uint32_t index) {
    if ((index & kTimeWaitBit) != 0) return time_wait.at(index & ~kTimeWaitBit).flow == flow;
    return connections.at(index).flow == flow;
  });
}

bool Shared::any_delayed() const noexcept {
  return std::any_of(delayed.begin(), delayed.begin() + host.interfaces().size(),
                     [](const auto& list) { return !list.empty(); });
}

void Shared::touch_delayed() noexcept {
  for (size_t i = 0; i < host.interfaces().size(); ++i) {
    if (!host.interfaces()[i].queue().has_room_for_data()) continue;
    while (Connection* connection = delayed[i].pop_back()) touched.push_front(*connection);
  }
}

void Shared::prefetch(uint32_t hash) noexcept {
  const uint32_t index = flows.find(hash, [](uint32_t) { return true; });
  if (index == base::FlowMap::kNone || (index & kTimeWaitBit) != 0) return;
  const auto* line = reinterpret_cast<const char*>(&connections.at(index));
  for (size_t offset = 0; offset < sizeof(Connection); offset += kCacheLineBytes) {
    __builtin_prefetch(line + offset);
  }
}

}  // namespace penstock::tcp
