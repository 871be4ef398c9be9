// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_world.h"

#include <algorithm>
#include <utility>

#include "tests/sim/sim_limits.h"
#include "tests/sim/wire_view.h"
#include "tests/sim/world_networks.h"
#include "tests/support/packet_builder.h"

namespace penstock::testing {

namespace {

constexpr uint8_t kClientMac = 0x10;   // of the first, the others follow
constexpr uint8_t kBackendMac = 0x40;  // the same

tcp::StackSettings stack_settings(uint64_t seed) {
  tcp::StackSettings settings;
  settings.connections_max = kConnectionsMax;
  settings.half_open_max = kHalfOpenMax;
  settings.time_wait_max = kTimeWaitMax;
  settings.flow_key = {seed, 1};
  settings.isn_key = {seed, 2};
  settings.seed = seed;
  return settings;
}

TcpNodeSettings node_settings(const StationPlan& plan, base::IpPrefix address, uint8_t mac_last,
                              uint64_t seed) {
  TcpNodeSettings settings{.address = address, .mac_last = mac_last};
  settings.stack = stack_settings(seed);
  settings.stack.sack = plan.sack;
  settings.stack.timestamps = plan.timestamps;
  settings.stack.mss = plan.mss;
  settings.features = {.multi_segment = true};
  settings.pool = {.buffers = 1023, .references = 1023};
  return settings;
}

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

SimWorld::SimWorld(const Scenario& scenario)
    : workers_(scenario, now_),
      client_segment_(workers_.port(Side::Clients), *this),
      backend_segment_(workers_.port(Side::Backends), *this),
      watch_([this](base::IpAddress host) { return lost_inside(host); }) {
  make_stations(scenario);
}

void SimWorld::make_stations(const Scenario& scenario) {
  for (uint32_t i = 0; i < scenario.clients.size(); ++i) {
    const StationPlan& plan = scenario.clients[i];
    const uint64_t seed = scenario.seed * 1000 + 100 + i;
    const SimClient::Ports ports =
        scenario.source_ports == 0 ? SimClient::Ports::Plenty : SimClient::Ports::Scarce;
    clients_.push_back(std::make_unique<SimClient>(
        node_settings(plan, client_address(plan, i), static_cast<uint8_t>(kClientMac + i), seed),
        server_for(plan), scenario.judgement, ports));
    client_segment_.attach(client(i).node().port, tag_of(plan.network), plan.link, seed);
  }
  for (uint32_t i = 0; i < scenario.backends.size(); ++i) {
    const StationPlan& plan = scenario.backends[i];
    const uint64_t seed = scenario.seed * 1000 + 200 + i;
    origins_.push_back(std::make_unique<SimOrigin>(
        node_settings(plan, backend_address(plan, i), static_cast<uint8_t>(kBackendMac + i), seed),
        backend_endpoint(plan, i)));
    backend_segment_.attach(origin(i).node().port, tag_of(plan.network), plan.link, seed);
  }
}

bool SimWorld::run_until(const std::function<bool()>& done, base::Duration at_most) {
  const base::Instant end = now_ + at_most;
  while (!done()) {
    if (now_ > end) return false;
    step();
  }
  return true;
}

void SimWorld::set_carries(uint32_t station, SimLink::Carries carries) {
  if (station < clients()) {
    client_segment_.set_carries(station, carries);
  } else {
    backend_segment_.set_carries(station - clients(), carries);
  }
}

void SimWorld::set_mtu_hole(uint32_t station, uint32_t bytes) {
  if (station < clients()) {
    client_segment_.set_mtu_hole(station, bytes);
  } else {
    backend_segment_.set_mtu_hole(station - clients(), bytes);
  }
}

void SimWorld::cut_power(uint32_t backend) {
  origin(backend).lose_power(now_);
  backend_segment_.replace(backend, origin(backend).node().port);
}

void SimWorld::step() {
  client_segment_.carry(now_);
  backend_segment_.carry(now_);
  for (const auto& each : clients_) each->turn(now_);
  for (const auto& each : origins_) each->turn(now_);
  workers_.turn(now_);
  client_segment_.carry(now_);
  backend_segment_.carry(now_);
  // Time never stands still: a microsecond is a turn of a busy core.
  const base::Instant soonest = now_ + base::Duration::from_us(1);
  const base::Instant latest = now_ + base::Duration::from_s(1);
  now_ = base::earlier(std::max(next_event(), soonest), latest);
}

base::Instant SimWorld::next_event() const {
  const base::Instant wake = wake_ > now_ ? wake_ : base::Instant::never();
  base::Instant next = base::earlier(client_segment_.next_deadline(), wake);
  next = base::earlier(next, backend_segment_.next_deadline());
  for (const auto& each : clients_) next = base::earlier(next, each->next_deadline());
  for (const auto& each : origins_) next = base::earlier(next, each->next_deadline());
  return base::earlier(next, workers_.next_deadline(now_));
}

bool SimWorld::is_done() const {
  return std::all_of(clients_.begin(), clients_.end(),
                     [](const auto& each) { return each->is_done(); });
}

uint32_t SimWorld::backend_connections_open() const {
  uint32_t sum = 0;
  for (const auto& each : origins_) sum += each->connections_open();
  return sum;
}

uint64_t SimWorld::lost_inside(base::IpAddress host) const {
  const auto of = [](TcpNode& node) { return drops_on_the_way_out(node.queue.counters().drops); };
  for (const auto& each : clients_) {
    if (each->address() == host) return of(each->node());
  }
  for (const auto& each : origins_) {
    if (each->address().address == host) return of(each->node());
  }
  return workers_.lost_inside();
}

std::vector<std::string> SimWorld::complaints() const {
  std::vector<std::string> all = complaints_;
  append(all, watch_.complaints());
  for (const auto& each : clients_) append(all, each->complaints());
  for (const auto& each : origins_) append(all, each->complaints());
  return all;
}

void SimWorld::on_sent(base::ByteSpan frame, At from, base::Instant now) {
  if (from == At::Trunk) {
    ++wire_.sent;
    if (pcap_) pcap_->write(frame, now);
  }
  if (kind_of(frame) != FrameKind::Tcp) return;
  if (const auto segment = view_tcp(frame)) {
    watch_.on_sent(*segment);
  } else {
    complaints_.emplace_back("a segment was sent with a wrong length or checksum");
  }
}

void SimWorld::on_arrived(base::ByteSpan frame, At to, base::Instant now) {
  // FNV-1a over when, where and what.
  const auto mix = [this](uint64_t value) { digest_ = (digest_ ^ value) * 0x100000001b3ull; };
  mix(static_cast<uint64_t>(now.ns()));
  mix(static_cast<uint64_t>(to));
  for (const uint8_t byte : frame.first(std::min<size_t>(frame.size(), 80))) mix(byte);
  if (to == At::Trunk) {
    ++wire_.arrived;
    if (kind_of(frame) != FrameKind::Tcp) ++wire_.arrived_other_than_tcp;
    if (pcap_) pcap_->write(frame, now);
  }
  if (const auto segment = view_tcp(frame)) watch_.on_arrived(*segment);
}

void SimWorld::on_stray(base::ByteSpan frame) {
  complaints_.push_back("a frame of " + std::to_string(frame.size()) +
                        " bytes was sent to a MAC that nobody has");
}

}  // namespace penstock::testing
