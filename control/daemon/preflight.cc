// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/preflight.h"

#include <string_view>

#include "control/daemon/device.h"
#include "control/daemon/worker_plan.h"
#include "dataplane/nic/device_preflight.h"
#include "dataplane/worker/sizing.h"

namespace penstock::daemon {

namespace {

using Obstacle = std::optional<std::string>;

std::string named(const model::Port& port) {
  return "port \"" + port.name + "\" (" + port.device + ")";
}

Obstacle check_cores(const model::Configuration& configuration, const Machine& machine) {
  for (const uint32_t core : configuration.workers.cores) {
    if (machine.cores.contains(core)) continue;
    std::string usable;
    for (const uint32_t each : machine.cores) {
      usable += (usable.empty() ? "" : ", ") + std::to_string(each);
    }
    return "workers.cores names core " + std::to_string(core) +
           ", which this process may not run on: name one of " + usable + ".";
  }
  return std::nullopt;
}

Obstacle check_patterns(const Machine& machine) {
  if (!machine.pattern_obstacle) return std::nullopt;
  return "rules cannot be matched on this CPU (" + *machine.pattern_obstacle +
         "): run penstockd on an x86-64 CPU with SSE4.2 or later.";
}

Obstacle check_existence(const model::Port& port, const Device& device, const Machine& machine) {
  if (device.kind == Device::Kind::Pci && !machine.pci_devices.contains(device.stands_on)) {
    return named(port) + " does not exist: no PCI device has the address " + device.stands_on +
           "; `dpdk-devbind.py --status-dev net` lists those that are there.";
  }
  if (device.kind == Device::Kind::KernelInterface &&
      !machine.interfaces.contains(device.stands_on)) {
    return named(port) + " does not exist: there is no network interface \"" + device.stands_on +
           "\"; `ip link` lists those that are there.";
  }
  return std::nullopt;
}

// The driver would say how many queues it has, not how to get more.
Obstacle check_queues(const model::Port& port, const Device& device, size_t workers) {
  if (device.queues_argument.empty() || device.queues >= workers) return std::nullopt;
  return named(port) + " has " + std::to_string(device.queues) + " of the " +
         std::to_string(workers) + " queues that the workers need: add " + device.queues_argument +
         "=" + std::to_string(workers) + " to its device.";
}

Obstacle check_port(const model::Port& port, const Machine& machine, size_t workers) {
  if (const auto missing = nic::missing_for(port.device, machine.abilities)) {
    return "port \"" + port.name + "\": " + *missing + ".";
  }
  const Device device = parse_device(port.device);
  if (device.kind != Device::Kind::Other && !machine.abilities.has_net_admin) {
    return named(port) +
           " needs the capability CAP_NET_ADMIN, which this process has not: run penstockd as "
           "root or give it that capability.";
  }
  if (auto obstacle = check_existence(port, device, machine)) return obstacle;
  return check_queues(port, device, workers);
}

Obstacle check_memory(const model::Configuration& configuration, const Machine& machine) {
  const worker::SizingDemand demand = sizing_demand(configuration);
  const uint32_t packets = worker::packet_megabytes(demand);
  const uint32_t given = configuration.memory.megabytes;
  if (given != 0 && given < packets) {
    return "memory.megabytes is " + std::to_string(given) + ", too little for limits.connections " +
           std::to_string(configuration.limits.connections) + " and " +
           std::to_string(worker::worker_sizes(demand).pool.buffers) +
           " packet buffers, which take " + std::to_string(packets) + ": set it to " +
           std::to_string(packets) + " or lower limits.connections.";
  }
  const uint64_t needed = worker::total_megabytes(demand) + (given > packets ? given - packets : 0);
  if (needed <= machine.memory_megabytes) return std::nullopt;
  return "too little memory: " + std::to_string(needed) + " MB are needed for limits.connections " +
         std::to_string(configuration.limits.connections) + ", and " +
         std::to_string(machine.memory_megabytes) +
         " MB are available: add memory or lower limits.connections.";
}

}  // namespace

std::optional<std::string> preflight(const model::Configuration& configuration,
                                     const Machine& machine) {
  if (Obstacle obstacle = check_cores(configuration, machine)) return obstacle;
  if (Obstacle obstacle = check_patterns(machine)) return obstacle;
  for (const model::Port& port : configuration.ports) {
    const size_t workers = configuration.workers.cores.size();
    if (Obstacle obstacle = check_port(port, machine, workers)) return obstacle;
  }
  return check_memory(configuration, machine);
}

}  // namespace penstock::daemon
