// SPDX-License-Identifier: Apache-2.0
//
// A status with one of everything, for tests of what shows it.
#pragma once

#include "control/stats/server_status.h"

namespace penstock::testing {

inline stats::ServerStatus sample_status() {
  stats::ServerStatus status;
  status.version = "1.2.3";
  status.file = "a.cfg";
  status.uptime = base::Duration::from_ms(61'500);
  status.generation = 4;
  status.runtime_changes = 1;
  status.workers.push_back({.core = 2,
                            .phase = worker::Phase::Serving,
                            .generation = 4,
                            .turns = 10,
                            .turns_busy = 6,
                            .sleeps = 3,
                            .requests = 12,
                            .packets_received = 31,
                            .packets_sent = 32,
                            .frames_handed_over = 21,
                            .frames_taken_over = 22,
                            .wrong_core_arrivals = 0});
  model::Listener listener;
  listener.name = "web";
  listener.address = *base::Endpoint::parse("10.0.0.1:80");
  stats::ListenerSums listener_counts;
  listener_counts.requests = 12;
  listener_counts.connections_open = 7;
  listener_counts.reuses = 6;
  listener_counts.retries = 2;
  listener_counts.by_reason[static_cast<size_t>(http::ReplyReason::NoRule)] = 3;
  status.listeners.push_back({listener, listener_counts});
  model::Backend backend{"b1", *base::Endpoint::parse("10.0.0.2:81"), 7,
                         model::BackendState::Draining};
  stats::BackendSums counts;
  counts.requests = 12;
  counts.connections_open = 5;
  counts.reuses = 9;
  counts.by_reason[static_cast<size_t>(http::ReplyReason::ConnectRefused)] = 4;
  stats::PoolSums pool_counts;
  pool_counts.requests = 12;
  pool_counts.refusals = 1;
  status.pools.push_back({"api", "round_robin", pool_counts, {{backend, counts}}});
  status.families.push_back({"requests", "Requests", stats::Kind::Counter, "", {{"", 12}}});
  status.families.push_back({"exchanges_open", "Open", stats::Kind::Gauge, "", {{"", 2}}});
  status.families.push_back(
      {"replies", "Replies", stats::Kind::Counter, "reason", {{"no_rule", 3}, {"no_backend", 0}}});
  return status;
}

}  // namespace penstock::testing
