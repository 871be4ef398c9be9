// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_world.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "control/compile/configuration_check.h"
#include "control/config/load.h"
#include "dataplane/base/check.h"
#include "tests/sim/wire_view.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"

namespace penstock::testing {

namespace {

constexpr uint32_t kConnectionsMax = 1024;
constexpr uint32_t kHalfOpenMax = 256;
constexpr uint32_t kTimeWaitMax = 1024;
constexpr uint8_t kClientMac = 0x10;   // of the first, the others follow
constexpr uint8_t kBackendMac = 0x40;  // the same
// A worker whose port is behind turns again and again; on a core that costs nobody anything.
constexpr base::Duration kTurnWhenBehind = base::Duration::from_us(100);

// 10.NETWORK.0.HOST, or fd00:NETWORK::HOST.
base::IpPrefix address_of(StationPlan::Family family, uint32_t network, uint32_t host) {
  if (family == StationPlan::Family::V4) {
    return {base::IpAddress::from_v4(0x0a000000u | network << 16 | host), 24};
  }
  return {base::IpAddress::from_v6(0xfd00'0000'0000'0000 | uint64_t{network} << 32, host), 64};
}
base::Endpoint backend_endpoint(const StationPlan& plan, uint32_t index) {
  return {address_of(plan.family, 2, index + 2).address,
          static_cast<uint16_t>(SimWorld::kFirstBackendPort + index)};
}

// Time-outs are such that no loss that TCP bridges meets them.
std::string configuration_text(const std::vector<StationPlan>& backends) {
  std::ostringstream text;
  text << R"(
ports = ( { name = "client"; device = "net_tap0"; addresses = ["10.1.0.1/24", "fd00:1::1/64"]; },
          { name = "backend"; device = "net_tap1"; addresses = ["10.2.0.1/24", "fd00:2::1/64"]; } );
timeouts = { request_head_ms = 60000; request_body_ms = 60000; keep_alive_ms = 60000;
             connect_ms = 30000; response_head_ms = 100000; response_body_ms = 100000;
             upstream_idle_ms = 15000; };
limits = { retries = 2; };
listeners = ( { name = "web"; address = "10.1.0.1:80"; },
              { name = "web6"; address = "[fd00:1::1]:80"; } );
pools = ( { name = "main"; policy = "round_robin"; backends = ()";
  for (uint32_t i = 0; i < backends.size(); ++i) {
    text << (i == 0 ? "" : ", ") << "{ address = \"" << backend_endpoint(backends[i], i).format()
         << "\"; }";
  }
  text << R"( ); } );
rules = ( { name = "no"; path_prefix = "/rule"; respond = { status = 403; body = ""; }; },
          { name = "all"; forward = "main"; } );
)";
  return text.str();
}

compile::Blueprint first_blueprint(const std::vector<StationPlan>& backends) {
  compile::Checked checked =
      compile::check(config::load_text("sim.cfg", configuration_text(backends)));
  CHECK(checked.ok());
  auto blueprint = compile::compile(checked.configuration, checked.sources, nullptr);
  CHECK(blueprint.ok());
  return std::move(blueprint).value();
}

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
  settings.pool = {.buffers = 2047, .references = 2047};
  return settings;
}

worker::WorkerSettings worker_settings(const Scenario& scenario, base::Instant now) {
  worker::WorkerSettings settings;
  settings.tcp = stack_settings(scenario.seed * 1000);
  settings.tcp.congestion = scenario.congestion;
  settings.tcp.syn_cookies = scenario.syn_cookies;
  settings.tcp.receive_window_bytes = scenario.receive_window_bytes;
  settings.tcp.send_buffer_bytes = scenario.send_buffer_bytes;
  settings.proxy = {.downstreams_max = kConnectionsMax,
                    .exchanges_max = kConnectionsMax,
                    .backend_connections_max = kConnectionsMax};
  settings.neighbor_key = {scenario.seed, 5};
  settings.now = now;
  settings.access_log = worker::AccessLog::On;
  return settings;
}

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

SimWorld::SimWorld(const Scenario& scenario)
    : turn_time_(scenario.turn_time),
      pool_(make_test_pool(scenario.worker_pool)),
      client_side_({.name = "client", .mac = mac(1), .features = {}}, pool_),
      // One side with and one without multi-segment transmission, so that both ways are walked.
      backend_side_({.name = "backend", .mac = mac(2), .features = {.multi_segment = true}}, pool_),
      client_segment_(client_side_, *this),
      backend_segment_(backend_side_, *this),
      publisher_({&channel_}, epoch_),
      blueprint_(first_blueprint(scenario.backends)) {
  make_stations(scenario);
  make_worker(scenario);
  publish(blueprint_.configuration);
  worker_->begin(now_);
  worker_deadline_ = now_;
}

SimWorld::~SimWorld() {
  worker_->end();
  worker_.reset();
}

void SimWorld::make_stations(const Scenario& scenario) {
  for (uint32_t i = 0; i < scenario.clients.size(); ++i) {
    const StationPlan& plan = scenario.clients[i];
    const uint64_t seed = scenario.seed * 1000 + 100 + i;
    const base::Endpoint server{address_of(plan.family, 1, 1).address, 80};
    clients_.push_back(
        std::make_unique<SimClient>(node_settings(plan, address_of(plan.family, 1, i + 2),
                                                  static_cast<uint8_t>(kClientMac + i), seed),
                                    server, scenario.judgement));
    client_segment_.attach(client(i).node().port, plan.link, seed);
  }
  for (uint32_t i = 0; i < scenario.backends.size(); ++i) {
    const StationPlan& plan = scenario.backends[i];
    const uint64_t seed = scenario.seed * 1000 + 200 + i;
    origins_.push_back(
        std::make_unique<SimOrigin>(node_settings(plan, address_of(plan.family, 2, i + 2),
                                                  static_cast<uint8_t>(kBackendMac + i), seed),
                                    backend_endpoint(plan, i)));
    backend_segment_.attach(origin(i).node().port, plan.link, seed);
  }
}

void SimWorld::make_worker(const Scenario& scenario) {
  std::vector<base::IpPrefix> client_networks;
  std::vector<base::IpPrefix> backend_networks;
  for (const auto family : {StationPlan::Family::V4, StationPlan::Family::V6}) {
    client_networks.push_back(address_of(family, 1, 1));
    backend_networks.push_back(address_of(family, 2, 1));
  }
  const std::vector<worker::WorkerPort> ports{
      {.port = &client_side_, .queue = 0, .addresses = client_networks},
      {.port = &backend_side_, .queue = 0, .addresses = backend_networks}};
  worker_ = std::make_unique<worker::Worker>(
      worker_settings(scenario, now_),
      worker::WorkerPlaces{
          .ports = ports, .routes = {}, .buffers = pool_, .channel = channel_, .epoch = epoch_});
}

bool SimWorld::run_until(const std::function<bool()>& done, base::Duration at_most) {
  const base::Instant end = now_ + at_most;
  while (!done()) {
    if (now_ > end) return false;
    step();
  }
  return true;
}

void SimWorld::publish(const model::Configuration& configuration) {
  auto next = compile::compile(configuration, model::SourceMap("sim"), &blueprint_);
  CHECK(next.ok());
  blueprint_ = std::move(next).value();
  std::vector<std::unique_ptr<proxy::Snapshot>> snapshots;
  snapshots.push_back(compile::make_snapshot(blueprint_, 0));
  publisher_.publish(std::move(snapshots));
  worker_deadline_ = now_;
}

void SimWorld::drain() {
  CHECK(channel_.commands.post({worker::Command::Kind::Drain}));
  worker_deadline_ = now_;
}

size_t SimWorld::collect() {
  publisher_.collect();
  return publisher_.snapshots_waiting();
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

void SimWorld::set_ports(Ports ports) {
  are_ports_behind_ = ports == Ports::Behind;
  for (SimulatedPort* port : {&client_side_, &backend_side_}) {
    port->limit_transmission(are_ports_behind_ ? 0 : UINT32_MAX);
  }
  worker_deadline_ = now_;
}

void SimWorld::step() {
  client_segment_.carry(now_);
  backend_segment_.carry(now_);
  for (const auto& each : clients_) each->turn(now_);
  for (const auto& each : origins_) each->turn(now_);
  if (is_worker_due()) turn_worker();
  client_segment_.carry(now_);
  backend_segment_.carry(now_);
  // Time never stands still: a microsecond is a turn of a busy core.
  const base::Instant soonest = now_ + base::Duration::from_us(1);
  const base::Instant latest = now_ + base::Duration::from_s(1);
  now_ = base::earlier(std::max(next_event(), soonest), latest);
}

bool SimWorld::is_worker_due() const {
  if (turning_ == Turning::Stalled || worker_->has_ended() || worker_free_at_ > now_) return false;
  return worker_deadline_ <= now_ ||
         client_side_.arriving_count() + backend_side_.arriving_count() > 0;
}

void SimWorld::turn_worker() {
  ++turns_;
  const worker::TurnResult turn = worker_->turn(now_);
  worker_free_at_ = now_ + (are_ports_behind_ ? kTurnWhenBehind : turn_time_);
  // A busy worker turns again at once, as it does on a core.
  worker_deadline_ = turn.activity == worker::Activity::Busy ? worker_free_at_ : turn.next_deadline;
}

base::Instant SimWorld::next_event() const {
  const base::Instant wake = wake_ > now_ ? wake_ : base::Instant::never();
  base::Instant next = base::earlier(client_segment_.next_deadline(), wake);
  next = base::earlier(next, backend_segment_.next_deadline());
  for (const auto& each : clients_) next = base::earlier(next, each->next_deadline());
  for (const auto& each : origins_) next = base::earlier(next, each->next_deadline());
  if (turning_ == Turning::Stalled || worker_->has_ended()) return next;
  const bool has_frames = client_side_.arriving_count() + backend_side_.arriving_count() > 0;
  const base::Instant wanted = has_frames ? now_ : worker_deadline_;
  return base::earlier(next, std::max(wanted, worker_free_at_));
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

Ledger SimWorld::ledger() {
  return {.counters = channel_.counters,
          .wire = wire_,
          .waiting = client_side_.arriving_count() + backend_side_.arriving_count(),
          .missed = client_side_.missed() + backend_side_.missed(),
          .connections_max = kConnectionsMax,
          .half_open_max = kHalfOpenMax,
          .time_wait_max = kTimeWaitMax};
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
