// SPDX-License-Identifier: Apache-2.0
#include "control/stats/server_status.h"

namespace penstock::stats {

const char* phase_text(worker::Phase phase) {
  switch (phase) {
    case worker::Phase::Starting:
      return "starting";
    case worker::Phase::Serving:
      return "serving";
    case worker::Phase::Draining:
      return "draining";
    case worker::Phase::Ended:
      break;
  }
  return "ended";
}

WorkerStatus worker_status(const worker::Channel& channel, uint32_t core) {
  WorkerStatus status;
  status.core = core;
  status.phase = channel.phase.load(std::memory_order_acquire);
  status.generation = channel.generation_in_use.load(std::memory_order_acquire);
  status.turns = channel.counters.turns.read();
  status.turns_busy = channel.counters.turns_busy.read();
  const worker::Counters& counters = channel.counters;
  status.sleeps = counters.sleeps.read();
  status.requests = counters.proxy.requests.read();
  status.packets_received = counters.packets_received();
  status.packets_sent = counters.packets_sent();
  status.frames_handed_over = counters.switchboard.frames_handed_over.read();
  status.frames_taken_over = counters.switchboard.frames_taken_over.read();
  status.wrong_core_arrivals = counters.switchboard.wrong_core_arrivals.read();
  return status;
}

}  // namespace penstock::stats
