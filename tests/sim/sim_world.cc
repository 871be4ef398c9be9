// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_world.h"

#include <utility>
#include <vector>

#include "control/compile/configuration_check.h"
#include "control/config/load.h"
#include "dataplane/base/check.h"
#include "dataplane/base/random.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"

namespace penstock::testing {

namespace {

constexpr const char* kConfiguration = R"(
ports = ( { name = "client"; device = "net_tap0"; addresses = ["10.1.0.1/24"]; },
          { name = "backend"; device = "net_tap1"; addresses = ["10.2.0.1/24"]; } );
listeners = ( { name = "web"; address = "10.1.0.1:80"; } );
pools = ( { name = "main"; policy = "round_robin"; backends = (
              { address = "10.2.0.2:8001"; }, { address = "10.2.0.2:8002"; } ); } );
rules = ( { name = "no"; path = "/teapot"; respond = { status = 403; body = ""; }; },
          { name = "all"; forward = "main"; } );
)";

compile::Blueprint first_blueprint() {
  compile::Checked checked = compile::check(config::load_text("sim.cfg", kConfiguration));
  CHECK(checked.ok());
  auto blueprint = compile::compile(checked.configuration, checked.sources, nullptr);
  CHECK(blueprint.ok());
  return std::move(blueprint).value();
}

TcpNodeSettings node_settings(std::string_view address, uint8_t mac_last, uint64_t seed) {
  TcpNodeSettings settings{.address = prefix(address), .mac_last = mac_last};
  settings.stack.connections_max = 1024;
  settings.stack.half_open_max = 256;
  settings.stack.time_wait_max = 1024;
  settings.stack.flow_key = {seed, 1};
  settings.stack.isn_key = {seed, 2};
  settings.stack.seed = seed;
  settings.features = {.ipv4_checksum = false, .tcp_checksum = false, .multi_segment = true};
  return settings;
}

worker::WorkerSettings worker_settings(uint64_t seed, base::Instant now) {
  worker::WorkerSettings settings;
  settings.tcp.connections_max = 1024;
  settings.tcp.half_open_max = 256;
  settings.tcp.time_wait_max = 1024;
  settings.tcp.flow_key = {seed, 3};
  settings.tcp.isn_key = {seed, 4};
  settings.tcp.seed = seed;
  settings.proxy = {
      .downstreams_max = 1024, .exchanges_max = 1024, .backend_connections_max = 1024};
  settings.neighbor_key = {seed, 5};
  settings.now = now;
  settings.access_log = worker::AccessLog::On;
  return settings;
}

SimulatedLinkSettings link_settings(const SimWorldSettings& settings, uint64_t salt) {
  return {.delay = settings.delay, .faults = settings.faults, .seed = settings.seed * 4 + salt};
}

}  // namespace

SimWorldSettings rough_world(uint64_t seed) {
  base::Random random(seed);
  const auto up_to = [&random](uint64_t most) {
    return static_cast<uint32_t>(random.below(most + 1));
  };
  return {.seed = seed,
          .faults = {.loss = up_to(30),
                     .duplication = up_to(20),
                     .reordering = up_to(50),
                     .corruption = 0},
          .delay = base::Duration::from_us(20 + up_to(10'000))};
}

SimWorld::SimWorld(const SimWorldSettings& settings)
    : pool_(make_test_pool({.buffers = 16'383, .references = 16'383})),
      client_side_({.name = "client", .mac = mac(1), .features = {}}, pool_),
      // One side with and one without multi-segment transmission, so that both ways are walked.
      origin_side_({.name = "backend", .mac = mac(2), .features = {.multi_segment = true}}, pool_),
      client_(node_settings("10.1.0.2/24", 3, settings.seed), endpoint("10.1.0.1", 80)),
      origin_(node_settings("10.2.0.2/24", 4, settings.seed)),
      client_link_(link_settings(settings, 1), client_.node().port, client_side_),
      origin_link_(link_settings(settings, 2), origin_side_, origin_.node().port),
      publisher_({&channel_}, epoch_),
      blueprint_(first_blueprint()) {
  const base::IpPrefix client_network = prefix("10.1.0.1/24");
  const base::IpPrefix origin_network = prefix("10.2.0.1/24");
  const std::vector<worker::WorkerPort> ports{
      {.port = &client_side_, .queue = 0, .addresses = {&client_network, 1}},
      {.port = &origin_side_, .queue = 0, .addresses = {&origin_network, 1}}};
  worker_ = std::make_unique<worker::Worker>(
      worker_settings(settings.seed, now_),
      worker::WorkerPlaces{
          .ports = ports, .routes = {}, .buffers = pool_, .channel = channel_, .epoch = epoch_});
  for (const uint16_t port : {kFirstBackend, kSecondBackend}) {
    origin_.listen(origin_address(), port);
  }
  publish(blueprint_.configuration);
  worker_->begin(now_);
  worker_deadline_ = now_;
}

SimWorld::~SimWorld() {
  worker_->end();
  worker_.reset();
}

base::IpAddress SimWorld::origin_address() const { return ip("10.2.0.2"); }

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
}

void SimWorld::drain() { CHECK(channel_.commands.post({worker::Command::Kind::Drain})); }

size_t SimWorld::collect() {
  publisher_.collect();
  return publisher_.snapshots_waiting();
}

base::Instant SimWorld::next_event() const {
  base::Instant next = base::earlier(client_link_.next_deadline(), origin_link_.next_deadline());
  return base::earlier(next, worker_deadline_);
}

void SimWorld::step() {
  client_link_.carry(now_);
  origin_link_.carry(now_);
  client_.turn(now_);
  origin_.turn(now_);
  if (!worker_->has_ended()) {
    const worker::TurnResult turn = worker_->turn(now_);
    // A busy worker turns again at once, as it does on a core.
    worker_deadline_ = turn.activity == worker::Activity::Busy ? now_ : turn.next_deadline;
  } else {
    worker_deadline_ = base::Instant::never();
  }
  client_link_.carry(now_);
  origin_link_.carry(now_);
  base::Instant next = next_event();
  next = base::earlier(next, client_.node().next_deadline());
  next = base::earlier(next, origin_.node().next_deadline());
  // Time never stands still: a microsecond is a turn of a busy core.
  const base::Instant soonest = now_ + base::Duration::from_us(1);
  const base::Instant latest = now_ + base::Duration::from_ms(100);
  now_ = base::earlier(next < soonest ? soonest : next, latest);
}

}  // namespace penstock::testing
