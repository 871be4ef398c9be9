// SPDX-License-Identifier: Apache-2.0
//
// What a configuration means for the parts that are built once, at start: DPDK, packet pools, and
// each worker's stack and proxy. What may change later is in the snapshot, not here.
// Pure: secrets and the clock come in. Control thread, at start.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "control/model/configuration.h"
#include "dataplane/base/random.h"
#include "dataplane/base/time.h"
#include "dataplane/net/next_hop.h"
#include "dataplane/nic/eal.h"
#include "dataplane/worker/idle.h"
#include "dataplane/worker/sizing.h"
#include "dataplane/worker/worker.h"

namespace penstock::daemon {

// What no guesser may know. The key of initial sequence numbers is the same for all workers: a pair
// of endpoints has one clock of numbers, whoever opens it.
struct WorkerSecrets {
  base::SecretKey flow_key;
  base::SecretKey isn_key;
  base::SecretKey neighbor_key;
  uint64_t seed = 0;
};

worker::SizingDemand sizing_demand(const model::Configuration& configuration);
// What the operator named, or the computed sum.
uint32_t packet_megabytes(const model::Configuration& configuration);

nic::EalSettings eal_settings(const model::Configuration& configuration);
worker::WorkerSettings worker_settings(const model::Configuration& configuration, uint32_t worker,
                                       const WorkerSecrets& secrets, base::Instant now);
// The static routes, and behind them a default route for each gateway.
std::vector<net::Route> routes(const model::Configuration& configuration);
// The port as a worker uses it, but for the device and its queue. Both refer to `port`, and the
// second to `vlans`.
std::vector<worker::WorkerVlan> vlans(const model::Port& port);
worker::WorkerPort worker_port(const model::Port& port, std::span<const worker::WorkerVlan> vlans);
// The addresses of an interface that connections to backends open from, by family.
struct PortSources {
  std::vector<base::IpAddress> v4;
  std::vector<base::IpAddress> v6;
};
PortSources source_addresses(const model::Interface& interface);
worker::IdleMode idle_mode(const model::Configuration& configuration);

}  // namespace penstock::daemon
