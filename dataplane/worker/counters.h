// SPDX-License-Identifier: Apache-2.0
//
// Everything that one worker counts, in one place for control to read. Each counter has one writer,
// the worker; sums over workers are made by control/stats.
#pragma once

#include <memory>

#include "dataplane/base/counter.h"
#include "dataplane/base/limits.h"
#include "dataplane/proxy/proxy_counters.h"
#include "dataplane/tcp/tcp_counters.h"
#include "dataplane/upstream/backend_counters.h"
#include "dataplane/wire/drop_reason.h"

namespace penstock::worker {

struct Counters {
  base::Counter turns;
  base::Counter turns_busy;  // received, sent or expired something
  base::Counter sleeps;
  base::Counter packets_received;
  base::Counter bytes_received;
  base::Counter packets_sent;
  base::Counter bytes_sent;
  base::Counter buffers_in_use;  // gauge, sampled once a turn
  wire::DropCounters drops;
  tcp::TcpCounters tcp;
  proxy::ProxyCounters proxy;
  // By backend id; base::kBackendsMax of them.
  std::unique_ptr<upstream::BackendCounters[]> backends =
      std::make_unique<upstream::BackendCounters[]>(base::kBackendsMax);
};

}  // namespace penstock::worker
