// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/scenario_run.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "tests/sim/fault_injector.h"
#include "tests/sim/sim_world.h"

namespace penstock::testing {

namespace {

using base::Duration;
using base::Instant;
using Judgement = Scenario::Judgement;

// A conversation that does not move for so long is stuck: longer than TCP's patience with a dead
// peer (a hundred seconds and one more time-out of at most a minute), and our own time-outs.
constexpr Duration kStillMax = Duration::from_s(200);
// When all is over, idle connections to backends time out, and the last FIN is acknowledged.
constexpr Duration kRestMax = Duration::from_s(300);
// After the last fault: neighbours and backends that failed are tried again.
constexpr Duration kHealing = Duration::from_s(10);
constexpr size_t kProblemsMax = 20;

class Run {
 public:
  Run(const Scenario& scenario, const std::string& pcap_file)
      : scenario_(scenario),
        world_(std::make_unique<SimWorld>(scenario)),
        begin_(world_->now()),
        faults_(*world_, scenario) {
    if (!pcap_file.empty()) world_->record(pcap_file);
    waiting_ = scenario.conversations;
    std::stable_sort(waiting_.begin(), waiting_.end(),
                     [](const auto& a, const auto& b) { return a.start < b.start; });
  }

  ScenarioReport run() {
    const bool ended = go_on_until([this] { return waiting_.empty() && is_quiet(); });
    if (ended && !faults_.has_drained()) {
      recover();
      rest();
    }
    finish();
    return std::move(report_);
  }

 private:
  template <class Done>
  bool go_on_until(Done&& done) {
    while (!done()) {
      begin_what_is_due();
      world_->step();
      if (!check_step()) return false;
    }
    return true;
  }

  bool is_quiet() const {
    const bool is_over = faults_.last_end() < world_->now();
    if (faults_.has_drained()) return is_over && world_->worker().has_ended();
    return is_over && world_->is_done();
  }

  void begin_what_is_due() {
    const Instant now = world_->now();
    faults_.on_time(now);
    while (!waiting_.empty() && begin_ + waiting_.front().start <= now) {
      world_->converse(waiting_.front());
      waiting_.erase(waiting_.begin());
    }
    Instant next = faults_.next_deadline();
    if (!waiting_.empty()) next = base::earlier(next, begin_ + waiting_.front().start);
    world_->wake_at(next);
  }

  // False when there is no point in going on.
  bool check_step() {
    for (std::string& each : world_->ledger().problems()) add(std::move(each));
    const Instant now = world_->now();
    while (world_->channel().access_records.take()) ++records_;
    for (uint32_t i = 0; !faults_.has_drained() && i < world_->clients(); ++i) {
      world_->client(i).give_up_since(now - kStillMax, now);
    }
    return report_.problems.empty();
  }

  // Whatever has happened, everything works again.
  void recover() {
    const Instant healed = std::max(world_->now(), faults_.last_end() + kHealing);
    go_on_until([&] { return world_->now() >= healed; });
    for (uint32_t i = 0; i < world_->clients(); ++i) {
      world_->client(i).judge_as(Judgement::Strict);
      for (uint32_t k = 0; k < 2; ++k) {
        ExchangePlan exchange{.id = kRecovery + i * 2 + k, .answer_bytes = 2000};
        world_->converse({.client = i, .exchanges = {exchange}});
      }
    }
    go_on_until([this] { return is_quiet(); });
  }

  void rest() {
    const Instant end = world_->now() + kRestMax;
    const auto is_at_rest = [this] {
      return world_->channel().counters.tcp->connections_open.read() == 0 &&
             world_->backend_connections_open() == 0;
    };
    go_on_until([&] { return is_at_rest() || world_->now() > end; });
    if (!report_.problems.empty()) return;
    for (std::string& each : world_->ledger().problems_at_rest()) add(std::move(each));
    const worker::Counters& counters = world_->channel().counters;
    const uint64_t recorded = records_ + counters.proxy.access_records_lost.read();
    if (recorded != counters.proxy.requests.read()) {
      add(std::to_string(recorded) + " access records for " +
          std::to_string(counters.proxy.requests.read()) + " requests");
    }
    if (world_->collect() != 0) add("a replaced snapshot is still held");
    expect_empty(world_->worker_pool(), "the worker");
    for (uint32_t i = 0; i < world_->clients(); ++i) {
      expect_empty(world_->client(i).node().pool, "a client");
    }
    for (uint32_t i = 0; i < world_->backends(); ++i) {
      expect_empty(world_->origin(i).node().pool, "a backend");
    }
  }

  void finish() {
    for (std::string& each : world_->complaints()) add(std::move(each));
    report_.virtual_time = world_->now() - begin_;
    for (uint32_t i = 0; i < world_->clients(); ++i) {
      report_.answers += world_->client(i).answers();
      report_.failures += world_->client(i).failures();
      report_.body_bytes += world_->client(i).body_bytes();
    }
    report_.segments = world_->watch().segments();
    report_.turns = world_->turns();
    report_.digest = world_->digest();
  }

  void expect_empty(const nic::PacketPool& pool, const std::string& whose) {
    const uint32_t buffers = pool.buffers_in_use();
    const uint32_t references = pool.references_in_use();
    if (buffers == 0 && references == 0) return;
    add(std::to_string(buffers) + " buffers and " + std::to_string(references) + " references of " +
        whose + " are lost");
  }

  void add(std::string problem) {
    if (report_.problems.size() < kProblemsMax) report_.problems.push_back(std::move(problem));
  }

  static constexpr uint32_t kRecovery = 1'000'000;  // ids of exchanges that no plan has

  const Scenario& scenario_;
  std::unique_ptr<SimWorld> world_;
  Instant begin_;
  FaultInjector faults_;
  std::vector<ConversationPlan> waiting_;  // in order of their start
  uint64_t records_ = 0;
  ScenarioReport report_;
};

}  // namespace

ScenarioReport run_scenario(const Scenario& scenario, const std::string& pcap_file) {
  return Run(scenario, pcap_file).run();
}

}  // namespace penstock::testing
