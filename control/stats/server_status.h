// SPDX-License-Identifier: Apache-2.0
//
// What a running penstockd says of itself, as plain values: what runs, which members its pools
// have, and all counters. status_json.h and prometheus_text.h put it into words.
// Filled by admin's Controller. Control thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "control/model/configuration.h"
#include "control/stats/counter_sums.h"
#include "dataplane/base/time.h"
#include "dataplane/worker/channel.h"

namespace penstock::stats {

struct WorkerStatus {
  uint32_t core = 0;
  worker::Phase phase = worker::Phase::Starting;
  uint64_t generation = 0;
  uint64_t turns = 0;
  uint64_t turns_busy = 0;
  uint64_t sleeps = 0;
  uint64_t requests = 0;
  uint64_t packets_received = 0;
  uint64_t packets_sent = 0;
  uint64_t frames_handed_over = 0;
  uint64_t frames_taken_over = 0;
  uint64_t wrong_core_arrivals = 0;
};

struct BackendStatus {
  model::Backend backend;
  BackendSums counts;
};

struct ListenerStatus {
  model::Listener listener;
  ListenerSums counts;
};

struct PoolStatus {
  std::string name;
  std::string policy;  // "maglev by source", "round_robin"
  PoolSums counts;
  std::vector<BackendStatus> backends;
};

struct ServerStatus {
  std::string version;
  std::string file;
  base::Duration uptime;
  uint64_t generation = 0;
  uint32_t runtime_changes = 0;    // membership edits that the file does not know
  uint64_t snapshots_waiting = 0;  // replaced, still used by open exchanges
  std::vector<WorkerStatus> workers;
  std::vector<ListenerStatus> listeners;
  std::vector<PoolStatus> pools;
  std::vector<Family> families;
};

// "starting", "serving", "draining", "ended".
const char* phase_text(worker::Phase phase);
WorkerStatus worker_status(const worker::Channel& channel, uint32_t core);

}  // namespace penstock::stats
