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
  status.sleeps = channel.counters.sleeps.read();
  return status;
}

}  // namespace penstock::stats
