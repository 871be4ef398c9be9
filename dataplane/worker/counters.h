// SPDX-License-Identifier: Apache-2.0
//
// Everything that one worker counts, in one place for control to read. Each counter has one writer,
// the worker; sums over workers are made by control/stats.
// The parts that count for themselves (TCP, port queues) are seen through pointers, so that nothing
// is counted twice or copied. Worker sets them at construction, before control reads; a Counters
// without a worker has none. They are valid as long as the worker.
#pragma once

#include <array>
#include <memory>

#include "dataplane/base/counter.h"
#include "dataplane/base/limits.h"
#include "dataplane/nic/port_queue.h"
#include "dataplane/proxy/proxy_counters.h"
#include "dataplane/tcp/stack_counters.h"
#include "dataplane/upstream/backend_counters.h"
#include "dataplane/upstream/pool_counters.h"
#include "dataplane/wire/drop_reason.h"
#include "dataplane/worker/switchboard_counters.h"

namespace penstock::worker {

struct Counters {
  base::Counter turns;
  base::Counter turns_busy;  // received, sent or decided something
  base::Counter busy_ns;     // from the beginning of such turns to the beginning of the next
  base::Counter sleeps;
  base::Counter buffers_in_use;     // gauge, sampled before a sleep and every 1024th turn
  base::Counter references_in_use;  // gauge, as above
  SwitchboardCounters switchboard;
  proxy::ProxyCounters proxy;
  // By backend id; base::kBackendsMax of them.
  std::unique_ptr<upstream::BackendCounters[]> backends =
      std::make_unique<upstream::BackendCounters[]>(base::kBackendsMax);

  // By listener id; base::kListenerIdsMax of them.
  std::unique_ptr<proxy::ListenerCounters[]> listeners =
      std::make_unique<proxy::ListenerCounters[]>(base::kListenerIdsMax);
  // By pool id; base::kPoolsMax of them.
  std::unique_ptr<upstream::PoolCounters[]> pools =
      std::make_unique<upstream::PoolCounters[]>(base::kPoolsMax);

  const tcp::StackCounters* tcp = nullptr;
  const wire::DropCounters* tcp_drops = nullptr;
  std::array<const nic::PortQueueCounters*, base::kPortsMax> ports{};  // the first are set

  uint64_t packets_received() const noexcept {
    return sum(&nic::PortQueueCounters::packets_received);
  }
  uint64_t bytes_received() const noexcept { return sum(&nic::PortQueueCounters::bytes_received); }
  uint64_t packets_sent() const noexcept { return sum(&nic::PortQueueCounters::packets_sent); }
  uint64_t bytes_sent() const noexcept { return sum(&nic::PortQueueCounters::bytes_sent); }
  // Packets discarded for this reason, on any port and by TCP.
  uint64_t drops(wire::DropReason reason) const noexcept {
    uint64_t total = tcp_drops == nullptr ? 0 : tcp_drops->read(reason);
    for (const nic::PortQueueCounters* port : ports) {
      if (port != nullptr) total += port->drops.read(reason);
    }
    return total;
  }

 private:
  uint64_t sum(base::Counter nic::PortQueueCounters::*counter) const noexcept {
    uint64_t total = 0;
    for (const nic::PortQueueCounters* port : ports) {
      if (port != nullptr) total += (port->*counter).read();
    }
    return total;
  }
};

}  // namespace penstock::worker
