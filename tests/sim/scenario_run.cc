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
// Longer than TCP's patience with a dead peer, whose connections keep their ports so long.
constexpr uint32_t kTriesForAPort = 20;
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
    if (faults_.has_drained()) return is_over && world_->workers().have_ended();
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
    for (uint32_t i = 0; i < world_->workers().count(); ++i) {
      while (world_->workers().channel(i).access_records.take()) ++records_;
    }
    for (uint32_t i = 0; !faults_.has_drained() && i < world_->clients(); ++i) {
      world_->client(i).give_up_since(now - kStillMax, now);
    }
    return report_.problems.empty();
  }

  // Whatever has happened, everything works again.
  void recover() {
    let_pass(std::max(world_->now(), faults_.last_end() + kHealing));
    for (uint32_t i = 0; i < world_->clients(); ++i) {
      world_->client(i).judge_as(Judgement::Strict);
      for (uint32_t k = 0; k < 2; ++k) ask_again(i);
      if (scenario_.source_ports != 0) insist(i);
    }
    go_on_until([this] { return is_quiet(); });
  }

  void ask_again(uint32_t client) {
    ExchangePlan exchange{.id = next_recovery_++, .answer_bytes = 2000};
    world_->converse({.client = client, .exchanges = {exchange}});
  }

  // Where source ports are few, one after the other, until there is one.
  void insist(uint32_t client) {
    const auto is_answered = [this] { return is_quiet(); };
    for (uint32_t tries = 0; tries < kTriesForAPort; ++tries) {
      const uint64_t refusals = world_->client(client).refusals();
      go_on_until(is_answered);
      if (world_->client(client).refusals() == refusals || !report_.problems.empty()) return;
      let_pass(world_->now() + kHealing);
      ask_again(client);
    }
    add("source ports do not come back");
  }

  void let_pass(Instant until) {
    go_on_until([&] { return world_->now() >= until; });
  }

  void rest() {
    const Instant end = world_->now() + kRestMax;
    go_on_until([&] { return is_at_rest() || world_->now() > end; });
    if (!report_.problems.empty()) return;
    for (std::string& each : world_->ledger().problems_at_rest()) add(std::move(each));
    SimWorkers& workers = world_->workers();
    uint64_t recorded = records_;
    uint64_t requests = 0;
    for (uint32_t i = 0; i < workers.count(); ++i) {
      recorded += workers.channel(i).counters.proxy.access_records_lost.read();
      requests += workers.channel(i).counters.proxy.requests.read();
      expect_empty(workers.pool(i), "worker " + std::to_string(i));
    }
    if (recorded != requests) {
      add(std::to_string(recorded) + " access records for " + std::to_string(requests) +
          " requests");
    }
    if (workers.collect() != 0) add("a replaced snapshot is still held");
    for (uint32_t i = 0; i < world_->clients(); ++i) {
      expect_empty(world_->client(i).node().pool, "a client");
    }
    for (uint32_t i = 0; i < world_->backends(); ++i) {
      expect_empty(world_->origin(i).node().pool, "a backend");
    }
  }

  bool is_at_rest() const {
    SimWorkers& workers = world_->workers();
    for (uint32_t i = 0; i < workers.count(); ++i) {
      if (workers.channel(i).counters.tcp->connections_open.read() != 0) return false;
    }
    return world_->backend_connections_open() == 0 && workers.is_mesh_quiet(world_->now());
  }

  void finish() {
    for (std::string& each : world_->complaints()) add(std::move(each));
    uint64_t exhausted = 0;
    uint64_t refusals = 0;
    for (uint32_t i = 0; i < world_->workers().count(); ++i) {
      exhausted += world_->workers().channel(i).counters.tcp->source_ports_exhausted.read();
    }
    for (uint32_t i = 0; i < world_->clients(); ++i) {
      report_.answers += world_->client(i).answers();
      report_.failures += world_->client(i).failures();
      report_.body_bytes += world_->client(i).body_bytes();
      refusals += world_->client(i).refusals();
    }
    if (refusals > exhausted) {
      add(std::to_string(refusals) + " refusals for want of a source port, " +
          std::to_string(exhausted) + " counted");
    }
    report_.refusals = refusals;
    report_.virtual_time = world_->now() - begin_;
    report_.segments = world_->watch().segments();
    report_.turns = world_->workers().turns();
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

  const Scenario& scenario_;
  std::unique_ptr<SimWorld> world_;
  Instant begin_;
  FaultInjector faults_;
  std::vector<ConversationPlan> waiting_;  // in order of their start
  uint64_t records_ = 0;
  uint32_t next_recovery_ = 1'000'000;  // ids of exchanges that no plan has
  ScenarioReport report_;
};

}  // namespace

ScenarioReport run_scenario(const Scenario& scenario, const std::string& pcap_file) {
  return Run(scenario, pcap_file).run();
}

}  // namespace penstock::testing
