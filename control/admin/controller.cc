// SPDX-License-Identifier: Apache-2.0
#include "control/admin/controller.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "control/compile/restart_only.h"
#include "control/compile/version.h"
#include "control/model/validate.h"
#include "dataplane/base/check.h"
#include "dataplane/base/clock.h"

namespace penstock::admin {
namespace {

// Far beyond the 10 ms that a change takes; past it a worker is stuck and the answer says so.
constexpr base::Duration kLivePatience = base::Duration::from_s(1);

using RefusedCall = base::Failure<Refusal>;

const model::Pool* find_pool(const model::Configuration& configuration, const std::string& name) {
  const auto& pools = configuration.pools;
  const auto place = std::find_if(pools.begin(), pools.end(),
                                  [&](const model::Pool& pool) { return pool.name == name; });
  return place == pools.end() ? nullptr : &*place;
}

// By name, else by address; as model/membership does.
const model::Backend* find_backend(const model::Pool& pool, const std::string& wanted) {
  const auto find = [&](auto matches) -> const model::Backend* {
    const auto place = std::find_if(pool.backends.begin(), pool.backends.end(), matches);
    return place == pool.backends.end() ? nullptr : &*place;
  };
  const auto* by_name = find([&](const model::Backend& b) { return b.name == wanted; });
  if (by_name != nullptr) return by_name;
  return find([&](const model::Backend& b) { return b.address.format() == wanted; });
}

std::string policy_text(const model::Pool& pool) {
  if (pool.policy == model::BalancePolicy::RoundRobin) return "round_robin";
  switch (pool.key.kind) {
    case model::BalanceKey::Kind::Path:
      return "maglev by path";
    case model::BalanceKey::Kind::Header:
      return "maglev by header " + pool.key.name;
    case model::BalanceKey::Kind::Cookie:
      return "maglev by cookie " + pool.key.name;
    case model::BalanceKey::Kind::SourceAddress:
      break;
  }
  return "maglev by source";
}

std::vector<stats::NamedId> named_ids(const compile::Blueprint& blueprint) {
  std::vector<stats::NamedId> ids;
  for (const model::RateLimit& limit : blueprint.configuration.rate_limits) {
    ids.push_back({limit.name, blueprint.rate_limit_ids.find(limit.name)});
  }
  return ids;
}

compile::Blueprint compile_first(const compile::Checked& checked) {
  CHECK(checked.ok());
  // The rules were compiled by the check; a blueprint of generation 0 hands them on.
  compile::Blueprint checked_only;
  checked_only.rules = checked.rules;
  auto blueprint = compile::compile(checked.configuration, checked.sources, &checked_only);
  CHECK(blueprint.ok());
  return std::move(blueprint).value();
}

}  // namespace

Controller::Controller(std::string file, compile::Checked checked, publish::Publisher& publisher)
    : file_(std::move(file)),
      started_(base::monotonic_now()),
      publisher_(publisher),
      blueprint_(compile_first(checked)),
      refused_left_(base::kRateLimitsMax) {}

void Controller::publish_first() {
  const std::lock_guard lock(mutex_);
  publish_blueprint();
}

Outcome Controller::reload() {
  const std::lock_guard lock(mutex_);
  compile::Checked checked = compile::check_file(file_, blueprint_.rules);
  if (!checked.ok()) return RefusedCall{{Refusal::Kind::Invalid, std::move(checked.problems)}};
  model::Problems problems =
      compile::needs_restart(blueprint_.configuration, checked.configuration, checked.sources);
  if (!problems.empty()) return RefusedCall{{Refusal::Kind::Invalid, std::move(problems)}};

  Outcome outcome = replace(checked.configuration, checked.sources);
  if (!outcome.ok()) return outcome;
  outcome->runtime_changes_replaced = std::exchange(runtime_changes_, 0);
  outcome->warnings = std::move(checked.warnings);
  return outcome;
}

Outcome Controller::add_backend(const std::string& pool, model::Backend backend) {
  const std::lock_guard lock(mutex_);
  if (auto refusal = missing_pool(pool)) return RefusedCall{std::move(*refusal)};
  if (backend.name.empty()) backend.name = backend.address.format();
  return edit(model::add_backend(blueprint_.configuration, pool, std::move(backend)));
}

Outcome Controller::change_backend(const model::BackendReference& reference,
                                   const BackendChange& change) {
  const std::lock_guard lock(mutex_);
  if (auto refusal = missing_backend(reference)) return RefusedCall{std::move(*refusal)};
  model::Edited edited = blueprint_.configuration;
  if (change.weight) edited = model::set_backend_weight(*edited, reference, *change.weight);
  if (edited.ok() && change.state) edited = set_state(*edited, reference, *change.state);
  return edit(std::move(edited));
}

Outcome Controller::remove_backend(const model::BackendReference& reference) {
  const std::lock_guard lock(mutex_);
  if (auto refusal = missing_backend(reference)) return RefusedCall{std::move(*refusal)};
  return edit(model::remove_backend(blueprint_.configuration, reference));
}

model::Edited Controller::set_state(const model::Configuration& configuration,
                                    const model::BackendReference& reference,
                                    model::BackendState state) {
  if (state == model::BackendState::Draining) return model::drain_backend(configuration, reference);
  model::Backend backend =
      *find_backend(*find_pool(configuration, reference.pool), reference.backend);
  if (backend.state == state) return configuration;
  backend.state = state;
  return model::add_backend(configuration, reference.pool, std::move(backend));
}

std::optional<Refusal> Controller::missing_pool(const std::string& pool) const {
  if (find_pool(blueprint_.configuration, pool) != nullptr) return std::nullopt;
  return Refusal::sentence(Refusal::Kind::NotFound, "there is no pool \"" + pool + "\"");
}

std::optional<Refusal> Controller::missing_backend(const model::BackendReference& reference) const {
  if (auto refusal = missing_pool(reference.pool)) return refusal;
  if (find_backend(*find_pool(blueprint_.configuration, reference.pool), reference.backend)) {
    return std::nullopt;
  }
  return Refusal::sentence(
      Refusal::Kind::NotFound,
      "pool \"" + reference.pool + "\" has no backend \"" + reference.backend + "\"");
}

Outcome Controller::edit(model::Edited edited) {
  if (!edited.ok()) return RefusedCall{Refusal::sentence(Refusal::Kind::Conflict, edited.error())};
  const model::SourceMap sources("runtime change");
  model::Problems problems = model::validate(*edited, sources);
  if (!problems.empty()) return RefusedCall{{Refusal::Kind::Invalid, std::move(problems)}};
  Outcome outcome = replace(*edited, sources);
  if (outcome.ok()) ++runtime_changes_;
  return outcome;
}

Outcome Controller::replace(const model::Configuration& wanted, const model::SourceMap& sources) {
  const base::Instant begun = base::monotonic_now();
  auto next = compile::compile(wanted, sources, &blueprint_);
  if (!next.ok()) return RefusedCall{{Refusal::Kind::Invalid, next.error()}};
  blueprint_ = std::move(next).value();
  publish_blueprint();

  Change change;
  change.generation = blueprint_.generation;
  change.live = publisher_.wait_live(change.generation, base::monotonic_now() + kLivePatience);
  change.took = base::monotonic_now() - begun;
  return change;
}

void Controller::publish_blueprint() {
  const auto workers = counters();
  for (const uint32_t id : blueprint_.rate_limit_ids.given()) {
    refused_left_[id] = stats::sum_refused(workers, id);
  }
  std::vector<std::unique_ptr<proxy::Snapshot>> snapshots;
  for (uint32_t worker = 0; worker < publisher_.channels().size(); ++worker) {
    snapshots.push_back(compile::make_snapshot(blueprint_, worker));
  }
  publisher_.publish(std::move(snapshots));
}

stats::ServerStatus Controller::status() const {
  const std::lock_guard lock(mutex_);
  const model::Configuration& configuration = blueprint_.configuration;
  stats::ServerStatus status;
  status.version = compile::version();
  status.file = file_;
  status.uptime = base::monotonic_now() - started_;
  status.generation = blueprint_.generation;
  status.runtime_changes = runtime_changes_;
  status.snapshots_waiting = publisher_.snapshots_waiting();
  const auto& channels = publisher_.channels();
  for (size_t i = 0; i < channels.size(); ++i) {
    status.workers.push_back(stats::worker_status(*channels[i], configuration.workers.cores[i]));
  }
  const auto workers = counters();
  for (const model::Listener& listener : configuration.listeners) {
    const auto id = blueprint_.registry.find_listener(listener.address);
    CHECK(id.has_value());
    status.listeners.push_back({listener, baselines_.listeners.read(workers, *id)});
  }
  status.families = stats::sum_families(workers);
  status.families.push_back(stats::refused_by_limit(workers, named_ids(blueprint_), refused_left_));
  for (const compile::PoolBlueprint& pool : blueprint_.pools) {
    stats::PoolStatus pool_status{
        pool.wanted.name, policy_text(pool.wanted), baselines_.pools.read(workers, pool.id), {}};
    for (size_t i = 0; i < pool.wanted.backends.size(); ++i) {
      const uint32_t id = pool.prototype->backends()[i].id;
      pool_status.backends.push_back(
          {pool.wanted.backends[i], baselines_.backends.read(workers, id)});
    }
    status.pools.push_back(std::move(pool_status));
  }
  return status;
}

compile::RequestExplanation Controller::explain(const compile::RequestDescription& request) const {
  const std::lock_guard lock(mutex_);
  return compile::explain(blueprint_, request);
}

model::Configuration Controller::configuration() const {
  const std::lock_guard lock(mutex_);
  return blueprint_.configuration;
}

void Controller::tick() {
  // A change that is under way may compile for seconds; what is collected here can wait, signals
  // and the access log cannot.
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;
  publisher_.collect();
  const auto workers = counters();
  const uint64_t oldest = publisher_.oldest_alive();
  compile::BackendRegistry& registry = blueprint_.registry;
  for (const uint32_t id : registry.reclaim_backends(oldest, [&](uint32_t id) {
         const auto sums = stats::sum_of<stats::BackendSums>(workers, id);
         return sums.connections_open == 0 && sums.exchanges_open == 0;
       })) {
    baselines_.backends.start_anew(workers, id);
  }
  for (const uint32_t id : registry.reclaim_pools(oldest, [&](uint32_t id) {
         const auto sums = stats::sum_of<stats::PoolSums>(workers, id);
         return sums.connections_open == 0 && sums.requests_open == 0;
       })) {
    baselines_.pools.start_anew(workers, id);
  }
  for (const uint32_t id : registry.reclaim_listeners(oldest, [&](uint32_t id) {
         return stats::sum_of<stats::ListenerSums>(workers, id).connections_open == 0;
       })) {
    baselines_.listeners.start_anew(workers, id);
  }
}

std::vector<const worker::Counters*> Controller::counters() const {
  std::vector<const worker::Counters*> all;
  for (const worker::Channel* channel : publisher_.channels()) all.push_back(&channel->counters);
  return all;
}

}  // namespace penstock::admin
