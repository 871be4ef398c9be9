// SPDX-License-Identifier: Apache-2.0
//
// SimWorld: Penstock's workers whole, with their real stacks, proxies and snapshots compiled from
// text, between simulated clients and backends:
//
//   clients 10.1.0.2.. ==links== 10.1.0.1 workers 10.2.0.1 ==links== 10.2.0.2..:8000.. backends
//   or      fd00:1::2..         fd00:1::1         fd00:2::1         [fd00:2::2]..:8000..
//   or in VLANs (world_networks.h)
//
// It is the event loop in virtual time and nothing else: what happens is said by its caller or by a
// Scenario (scenario_run.h), and judged by ledger.h and tcp_watch.h. Everything, time included,
// follows from the scenario: the same scenario is the same world, frame by frame.
// Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/model/configuration.h"
#include "dataplane/base/time.h"
#include "dataplane/nic/packet_pool.h"
#include "tests/sim/ethernet_segment.h"
#include "tests/sim/ledger.h"
#include "tests/sim/pcap_writer.h"
#include "tests/sim/scenario.h"
#include "tests/sim/sim_client.h"
#include "tests/sim/sim_origin.h"
#include "tests/sim/sim_workers.h"
#include "tests/sim/tcp_watch.h"

namespace penstock::testing {

class SimWorld : private WireTap {
 public:
  explicit SimWorld(const Scenario& scenario);
  SimWorld(const SimWorld&) = delete;
  SimWorld& operator=(const SimWorld&) = delete;
  ~SimWorld() override = default;

  // Every frame from here on goes into this file too.
  void record(const std::string& pcap_file) { pcap_.emplace(pcap_file); }

  // Lets time pass until `done`, at most so long; whether it came to that.
  bool run_until(const std::function<bool()>& done, base::Duration at_most);
  // Time does not pass this instant without stopping there.
  void wake_at(base::Instant instant) { wake_ = instant; }
  void step();
  base::Instant now() const noexcept { return now_; }

  // --- Control.
  void converse(const ConversationPlan& plan) { client(plan.client).converse(plan, now_); }
  // Publishes a changed configuration, as control does.
  void publish(const model::Configuration& next) { workers_.publish(next, now_); }
  const model::Configuration& configuration() const { return workers_.configuration(); }
  void drain() { workers_.drain(now_); }

  // --- Mishaps. Stations are the clients, then the backends.
  void set_carries(uint32_t station, SimLink::Carries carries);
  void set_mtu_hole(uint32_t station, uint32_t bytes);
  void kill_backend(uint32_t backend) { origin(backend).kill(now_); }
  void cut_power(uint32_t backend);
  void set_ports(SimWorkers::Ports ports) { workers_.set_ports(ports, now_); }

  // --- Who is there.
  uint32_t clients() const { return static_cast<uint32_t>(clients_.size()); }
  uint32_t backends() const { return static_cast<uint32_t>(origins_.size()); }
  SimClient& client(uint32_t index = 0) { return *clients_[index]; }
  SimOrigin& origin(uint32_t index) { return *origins_[index]; }
  SimWorkers& workers() { return workers_; }
  // Of the first worker.
  const worker::Counters& counters() { return workers_.channel(0).counters; }
  bool is_done() const;
  uint32_t backend_connections_open() const;

  // --- What was seen.
  Ledger ledger() const { return workers_.ledger(wire_); }
  const TcpWatch& watch() const { return watch_; }
  // What the wire, the clients and the backends complain about.
  std::vector<std::string> complaints() const;
  // A number that two worlds share only if they were the same, frame by frame.
  uint64_t digest() const { return digest_; }

 private:
  void on_sent(base::ByteSpan frame, At from, base::Instant now) override;
  void on_arrived(base::ByteSpan frame, At to, base::Instant now) override;
  void on_stray(base::ByteSpan frame) override;
  void make_stations(const Scenario& scenario);
  base::Instant next_event() const;
  uint64_t lost_inside(base::IpAddress host) const;

  base::Instant now_ = base::Instant::from_ns(1'000'000'000);
  base::Instant wake_ = base::Instant::never();
  SimWorkers workers_;
  EthernetSegment client_segment_;
  EthernetSegment backend_segment_;
  std::vector<std::unique_ptr<SimClient>> clients_;
  std::vector<std::unique_ptr<SimOrigin>> origins_;

  TcpWatch watch_;
  WireCounts wire_;
  std::optional<PcapWriter> pcap_;
  uint64_t digest_ = 0xcbf29ce484222325ull;
  std::vector<std::string> complaints_;
};

}  // namespace penstock::testing
