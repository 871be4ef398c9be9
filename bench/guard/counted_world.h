// SPDX-License-Identifier: Apache-2.0
//
// CountedWorld: one worker as penstockd builds it, between the load generator's clients and
// origins, in one process and in virtual time: the same configuration, plan and number of requests
// execute the same instructions every time. Only what happens in Worker::turn() is counted, by
// callgrind where the process runs under it, and in cycles of the time-stamp counter.
// Single-threaded.
#pragma once

#include <cstdint>
#include <memory>

#include "bench/load/clients.h"
#include "bench/load/in_process_wire.h"
#include "bench/load/load_plan.h"
#include "bench/load/origins.h"
#include "control/compile/configuration_check.h"
#include "control/publish/publisher.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/worker/channel.h"
#include "dataplane/worker/epoch.h"
#include "dataplane/worker/worker.h"

namespace penstock::guard {

struct Counted {
  uint64_t requests = 0;
  uint64_t failed = 0;
  uint64_t turns = 0;
  uint64_t packets = 0;  // in and out of the worker
  uint64_t cycles = 0;   // of the time-stamp counter, within turns and without the wire
};

class CountedWorld {
 public:
  // `plan` outlives the world.
  CountedWorld(const compile::Checked& checked, const load::LoadPlan& plan);
  CountedWorld(const CountedWorld&) = delete;
  CountedWorld& operator=(const CountedWorld&) = delete;
  ~CountedWorld();

  // Opens all connections and answers each once. False when that does not come about.
  bool warm_up();
  // Lets at least so many requests pass, in a closed loop.
  Counted count(uint64_t requests);
  const load::Clients& clients() const noexcept { return *clients_; }

 private:
  void step();
  uint64_t packets() const noexcept;

  base::Instant now_ = base::Instant::from_ns(1'000'000'000);
  nic::PacketPool pool_;
  load::InProcessWire client_wire_;
  load::InProcessWire origin_wire_;
  load::Pattern pattern_;
  std::unique_ptr<load::Clients> clients_;
  std::unique_ptr<load::Origins> origins_;
  worker::Epoch epoch_{1};
  worker::Channel channel_;
  publish::Publisher publisher_;
  std::unique_ptr<worker::Worker> worker_;
  uint64_t turns_ = 0;
  uint64_t cycles_ = 0;
};

}  // namespace penstock::guard
