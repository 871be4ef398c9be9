// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/worker_plan.h"

#include <algorithm>
#include <string>
#include <utility>

#include "control/daemon/device.h"
#include "dataplane/base/check.h"

namespace penstock::daemon {

namespace {

// IPv4 and TCP headers without options.
constexpr uint16_t kHeaderBytes = 40;

nic::HugePages huge_pages(model::Memory::Hugepages wanted) {
  switch (wanted) {
    case model::Memory::Hugepages::Auto:
      break;
    case model::Memory::Hugepages::Never:
      return nic::HugePages::Never;
    case model::Memory::Hugepages::Require:
      return nic::HugePages::Require;
  }
  return nic::HugePages::Auto;
}

// A segment must fit every port: a connection may come in by any of them.
uint16_t mss(const std::vector<model::Port>& ports) {
  uint16_t mtu = base::kMtuMax;
  for (const model::Port& port : ports) mtu = std::min(mtu, port.mtu);
  return static_cast<uint16_t>(mtu - kHeaderBytes);
}

tcp::SynCookies syn_cookies(model::Tcp::SynCookies choice) {
  switch (choice) {
    case model::Tcp::SynCookies::WhenHalfOpenFull:
      return tcp::SynCookies::WhenHalfOpenFull;
    case model::Tcp::SynCookies::Always:
      return tcp::SynCookies::Always;
    case model::Tcp::SynCookies::Never:
      break;
  }
  return tcp::SynCookies::Never;
}

tcp::StackSettings stack_settings(const model::Tcp& tcp) {
  tcp::StackSettings settings;
  settings.congestion = tcp.congestion == model::Tcp::Congestion::Cubic
                            ? tcp::CongestionAlgorithm::Cubic
                            : tcp::CongestionAlgorithm::NewReno;
  settings.syn_cookies = syn_cookies(tcp.syn_cookies);
  settings.sack = tcp.sack == model::Tcp::Use::On;
  settings.timestamps = tcp.timestamps == model::Tcp::Use::On;
  settings.ecn = tcp.ecn == model::Tcp::Use::On;
  settings.hop_limit = static_cast<uint8_t>(tcp.hop_limit);
  settings.dscp = static_cast<uint8_t>(tcp.dscp);
  settings.receive_window_bytes = tcp.receive_window_bytes;
  settings.send_buffer_bytes = tcp.send_buffer_bytes;
  settings.user_timeout = base::Duration::from_s(tcp.user_timeout_s);
  settings.zero_window_timeout = base::Duration::from_s(tcp.zero_window_timeout_s);
  settings.keep_alive = {.idle = base::Duration::from_s(tcp.keep_alive_idle_s),
                         .interval = base::Duration::from_s(tcp.keep_alive_interval_s),
                         .probes = static_cast<uint8_t>(tcp.keep_alive_probes)};
  return settings;
}

// The number of an interface in the data plane.
uint8_t interface_index(const std::vector<model::Port>& ports, const model::StaticRoute& route) {
  const std::vector<model::InterfaceOfPort> all = model::interfaces_of(ports);
  const auto named = std::find_if(all.begin(), all.end(), [&](const model::InterfaceOfPort& one) {
    return one.vlan == route.vlan && ports[one.port_index].name == route.port;
  });
  CHECK(named != all.end());
  return static_cast<uint8_t>(named - all.begin());
}

net::ReplyTo reply_to(const model::Interface& interface) {
  return interface.reply_to == model::ReplyTo::Sender ? net::ReplyTo::Sender : net::ReplyTo::Route;
}

}  // namespace

worker::SizingDemand sizing_demand(const model::Configuration& configuration) {
  uint32_t mtu = 0;
  for (const model::Port& port : configuration.ports) mtu = std::max<uint32_t>(mtu, port.mtu);
  return {.workers = static_cast<uint32_t>(configuration.workers.cores.size()),
          .ports = static_cast<uint32_t>(configuration.ports.size()),
          .connections = configuration.limits.connections,
          .packet_buffers = configuration.memory.packet_buffers,
          .mtu = mtu};
}

uint32_t packet_megabytes(const model::Configuration& configuration) {
  if (configuration.memory.megabytes != 0) return configuration.memory.megabytes;
  return worker::packet_megabytes(sizing_demand(configuration));
}

nic::EalSettings eal_settings(const model::Configuration& configuration) {
  nic::EalSettings settings{.megabytes = packet_megabytes(configuration),
                            .huge_pages = huge_pages(configuration.memory.hugepages)};
  settings.worker_cores = configuration.workers.cores;
  const auto workers = static_cast<uint32_t>(settings.worker_cores.size());
  for (const model::Port& port : configuration.ports) {
    for (std::string& device : devices_for(port.device, workers)) {
      settings.devices.push_back(std::move(device));
    }
  }
  return settings;
}

worker::WorkerSettings worker_settings(const model::Configuration& configuration, uint32_t worker,
                                       const WorkerSecrets& secrets, base::Instant now) {
  const model::Limits& limits = configuration.limits;
  worker::WorkerSettings settings;
  settings.index = worker;
  settings.tcp = stack_settings(configuration.tcp);
  settings.tcp.connections_max = limits.connections;
  settings.tcp.half_open_max = limits.half_open;
  settings.tcp.mss = mss(configuration.ports);
  settings.tcp.flow_key = secrets.flow_key;
  settings.tcp.isn_key = secrets.isn_key;
  settings.tcp.seed = secrets.seed;
  // TCP's limit is the one that refuses; each part above it can hold what TCP lets through.
  settings.proxy.downstreams_max = limits.connections;
  settings.proxy.exchanges_max = limits.connections;
  settings.proxy.seed = secrets.seed + 1;  // not the numbers that source ports are made of
  settings.proxy.backend_connections_max = limits.connections;
  settings.neighbor_key = secrets.neighbor_key;
  settings.now = now;
  settings.access_log =
      configuration.log.access.empty() ? worker::AccessLog::Off : worker::AccessLog::On;
  return settings;
}

std::vector<net::Route> routes(const model::Configuration& configuration) {
  std::vector<net::Route> all;
  for (const model::StaticRoute& route : configuration.routes) {
    all.push_back({.destination = route.to,
                   .gateway = route.via,
                   .interface_index = interface_index(configuration.ports, route)});
  }
  constexpr base::IpPrefix kEverywhere{};
  constexpr base::IpPrefix kEverywhereIpv6{base::IpAddress::from_v6(0, 0), 0};
  const std::vector<model::InterfaceOfPort> interfaces = model::interfaces_of(configuration.ports);
  for (size_t i = 0; i < interfaces.size(); ++i) {
    const model::Interface& one = *interfaces[i].interface;
    const auto index = static_cast<uint8_t>(i);
    if (one.gateway) all.push_back({kEverywhere, *one.gateway, index});
    if (one.gateway_ipv6) all.push_back({kEverywhereIpv6, *one.gateway_ipv6, index});
  }
  return all;
}

std::vector<worker::WorkerVlan> vlans(const model::Port& port) {
  std::vector<worker::WorkerVlan> all;
  for (const model::Vlan& vlan : port.vlans) {
    all.push_back({.tag = vlan.tag, .addresses = vlan.addresses, .reply_to = reply_to(vlan)});
  }
  return all;
}

worker::WorkerPort worker_port(const model::Port& port, std::span<const worker::WorkerVlan> vlans) {
  return {.port = nullptr,
          .queue = 0,
          .addresses = port.addresses,
          .reply_to = reply_to(port),
          .vlans = vlans};
}

PortSources source_addresses(const model::Interface& interface) {
  PortSources sources;
  for (const base::IpAddress& address : interface.source_addresses) {
    (address.is_v4() ? sources.v4 : sources.v6).push_back(address);
  }
  return sources;
}

worker::IdleMode idle_mode(const model::Configuration& configuration) {
  return configuration.workers.idle == model::Workers::Idle::Spin ? worker::IdleMode::Spin
                                                                  : worker::IdleMode::BackOff;
}

}  // namespace penstock::daemon
