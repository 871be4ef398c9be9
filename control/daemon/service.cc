// SPDX-License-Identifier: Apache-2.0
// tidy: test-twin: it puts tested parts together; tests/system starts, reloads and ends it
#include "control/daemon/service.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "control/admin/admin_server.h"
#include "control/admin/controller.h"
#include "control/compile/version.h"
#include "control/daemon/data_plane.h"
#include "control/publish/publisher.h"
#include "control/stats/access_log.h"
#include "dataplane/base/clock.h"

namespace penstock::daemon {

namespace {

// How long the control thread waits for a signal between two rounds of chores: less while access
// records come in, so that a worker's mailbox does not fill up.
constexpr base::Duration kRoundBusy = base::Duration::from_ms(5);
constexpr base::Duration kRoundIdle = base::Duration::from_ms(50);
// For the workers to take the first snapshot, and to stop.
constexpr base::Duration kWorkerAnswerMax = base::Duration::from_s(10);

class Service {
 public:
  Service(const std::string& file, compile::Checked checked, std::unique_ptr<DataPlane> plane)
      : plane_(std::move(plane)),
        publisher_(plane_->channels(), plane_->epoch()),
        configuration_(checked.configuration),
        controller_(file, std::move(checked), publisher_) {}
  // Workers hold snapshots until they are gone; the publisher frees snapshots.
  ~Service() {
    admin_.reset();
    plane_->end_workers();
  }

  std::optional<std::string> start();
  void run(Signals& signals);

 private:
  base::Duration do_chores();
  void tell_the_time();
  void on_reload();
  void on_end();
  void log_ready() const;
  void log_workers() const;

  std::unique_ptr<DataPlane> plane_;
  publish::Publisher publisher_;
  const model::Configuration configuration_;  // as started
  admin::Controller controller_;
  std::optional<stats::AccessLog> access_log_;
  std::unique_ptr<admin::AdminServer> admin_;
  uint32_t end_signals_ = 0;
};

std::optional<std::string> Service::start() {
  if (!configuration_.log.access.empty()) {
    auto log = stats::AccessLog::open(configuration_.log.access);
    if (!log.ok()) return log.error();
    access_log_.emplace(std::move(log).value());
  }
  controller_.publish_first();
  auto admin = admin::AdminServer::start(configuration_.admin.socket, controller_);
  if (!admin.ok()) return admin.error();
  admin_ = std::move(admin).value();
  tell_the_time();
  plane_->launch_workers();
  const base::Instant deadline = base::monotonic_now() + kWorkerAnswerMax;
  while (!plane_->are_workers_serving()) {
    if (base::monotonic_now() > deadline) {
      plane_->command({worker::Command::Kind::Stop});
      return "a worker does not start: its core may be taken by something else; name another "
             "in workers.cores.";
    }
    (void)publisher_.wait_live(1, base::monotonic_now() + base::Duration::from_ms(1));
  }
  log_workers();
  log_ready();
  return std::nullopt;
}

void Service::run(Signals& signals) {
  base::Duration wait = kRoundBusy;
  while (!plane_->have_workers_ended()) {
    const std::optional<Signal> signal = signals.wait(wait);
    if (signal == Signal::Reload) on_reload();
    if (signal == Signal::End) on_end();
    wait = do_chores();
  }
  admin_.reset();
  // What the workers cut at their end is in the log too.
  plane_->end_workers();
  do_chores();
  if (access_log_) access_log_->flush();
  spdlog::info("ended");
}

base::Duration Service::do_chores() {
  tell_the_time();
  uint64_t records = 0;
  if (access_log_) {
    for (worker::Channel* channel : plane_->channels()) records += access_log_->drain(*channel);
    access_log_->flush();
  }
  controller_.tick();
  // While workers end, every round looks whether they have.
  return records > 0 || end_signals_ > 0 ? kRoundBusy : kRoundIdle;
}

void Service::tell_the_time() {
  const int64_t offset_ns = base::wall_clock_ns() - base::monotonic_now().ns();
  for (worker::Channel* channel : plane_->channels()) channel->wall_offset.set(offset_ns);
}

void Service::on_reload() {
  if (access_log_) {
    const auto reopened = access_log_->reopen();
    if (!reopened.ok()) spdlog::error("{}; the old file stays in use", reopened.error());
  }
  const admin::Outcome outcome = controller_.reload();
  if (!outcome.ok()) {
    for (const model::Problem& problem : outcome.error().problems) {
      spdlog::error("{}", problem.format());
    }
    spdlog::error("reload refused: nothing has changed");
    return;
  }
  for (const model::Problem& warning : outcome->warnings) spdlog::warn("{}", warning.format());
  if (outcome->live == publish::Live::NotYet) {
    spdlog::warn("generation {} is published, but not every worker uses it yet",
                 outcome->generation);
  }
  spdlog::info("reloaded: generation {}, {} runtime changes replaced", outcome->generation,
               outcome->runtime_changes_replaced);
}

void Service::on_end() {
  ++end_signals_;
  if (end_signals_ == 1) {
    spdlog::info("draining: open exchanges may finish; a second signal ends at once");
    plane_->command({worker::Command::Kind::Drain});
  } else {
    plane_->command({worker::Command::Kind::Stop});
  }
}

void Service::log_workers() const {
  const std::vector<uint32_t>& cores = configuration_.workers.cores;
  for (size_t i = 0; i < cores.size(); ++i) {
    const auto same = std::find(cores.begin(), cores.end(), cores[i]);
    if (same == cores.begin() + static_cast<ptrdiff_t>(i)) continue;
    spdlog::warn("workers {} and {} take turns on core {}: name a core for each",
                 same - cores.begin(), i, cores[i]);
  }
  const std::vector<nic::SteeredBy> steered = plane_->steered_by();
  for (size_t i = 0; i < steered.size(); ++i) {
    spdlog::info("port {}: frames are brought to their worker by {}", configuration_.ports[i].name,
                 steered[i] == nic::SteeredBy::Workers ? "the workers" : "the device");
  }
}

void Service::log_ready() const {
  std::string listeners;
  for (const model::Listener& listener : configuration_.listeners) {
    listeners += (listeners.empty() ? "" : ", ") + listener.name + " " + listener.address.format();
  }
  spdlog::info("ready: penstockd {}, listeners: {}", compile::version(), listeners);
}

}  // namespace

std::optional<std::string> serve(const std::string& file, compile::Checked checked,
                                 Signals& signals) {
  auto plane = DataPlane::build(checked.configuration);
  if (!plane.ok()) return plane.error();
  Service service(file, std::move(checked), std::move(plane).value());
  if (auto obstacle = service.start()) return obstacle;
  service.run(signals);
  return std::nullopt;
}

}  // namespace penstock::daemon
