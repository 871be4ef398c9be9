// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/shared.h"

#include <algorithm>

#include "dataplane/tcp/lifecycle.h"

namespace penstock::tcp {

Shared::Shared(const StackSettings& stack_settings, nic::PacketPool& packet_pool,
               net::Host& ip_host)
    : settings(stack_settings),
      pool(packet_pool),
      host(ip_host),
      connections(settings.connections_max),
      assemblers(std::max(settings.connections_max / base::kConnectionsPerAssembler, 16u)),
      time_wait(std::max(settings.time_wait_max, 1u)),
      flows(settings.connections_max + time_wait.capacity()),
      source_ports(settings.seed),
      timers(base::Instant::from_ns(0)) {
  CHECK(settings.connections_max <= base::kConnectionsMax);
}

Shared::~Shared() {
  while (Connection* connection = open.front()) {
    connection->released = true;
    finish(*connection, CloseReason::Aborted);
    reclaim(*connection);
  }
}

uint32_t Shared::find(const FlowKey& flow) noexcept {
  return flows.find(hash_of(flow, settings.flow_key), [&](uint32_t index) {
    if ((index & kTimeWaitBit) != 0) return time_wait.at(index & ~kTimeWaitBit).flow == flow;
    return connections.at(index).flow == flow;
  });
}

}  // namespace penstock::tcp
