// SPDX-License-Identifier: Apache-2.0
#include "control/stats/status_json.h"

#include <string>

namespace penstock::stats {
namespace {

using nlohmann::json;

json worker_json(const WorkerStatus& worker) {
  return {{"core", worker.core},
          {"phase", phase_text(worker.phase)},
          {"generation", worker.generation},
          {"turns", worker.turns},
          {"turns_busy", worker.turns_busy},
          {"sleeps", worker.sleeps},
          {"requests", worker.requests},
          {"packets_received", worker.packets_received},
          {"packets_sent", worker.packets_sent},
          {"frames_handed_over", worker.frames_handed_over},
          {"frames_taken_over", worker.frames_taken_over},
          {"wrong_core_arrivals", worker.wrong_core_arrivals}};
}

template <class Sums>
void add_counts(const Sums& counts, json& object) {
  for (const SeriesOf<Sums>& series : series_of<Sums>()) {
    object[std::string(series.name)] = counts.*series.value;
  }
}

json reasons_json(const ReasonSums& by_reason) {
  json reasons = json::object();
  for (const Sample& sample : samples_of(by_reason)) reasons[sample.label] = sample.value;
  return reasons;
}

json backend_json(const BackendStatus& status) {
  json backend = {
      {"name", status.backend.name},
      {"address", status.backend.address.format()},
      {"weight", status.backend.weight},
      {"state", status.backend.state == model::BackendState::Active ? "active" : "draining"}};
  add_counts(status.counts, backend);
  backend["failures"] = reasons_json(status.counts.by_reason);
  return backend;
}

json pool_json(const PoolStatus& pool) {
  json backends = json::array();
  for (const BackendStatus& backend : pool.backends) backends.push_back(backend_json(backend));
  json object = {{"name", pool.name}, {"policy", pool.policy}, {"backends", backends}};
  add_counts(pool.counts, object);
  return object;
}

json listener_json(const ListenerStatus& status) {
  json listener = {{"name", status.listener.name},
                   {"address", status.listener.address.format()},
                   {"replies", reasons_json(status.counts.by_reason)}};
  add_counts(status.counts, listener);
  return listener;
}

// A number, or for a labelled family an object of those labels that have counted something.
json family_json(const Family& family) {
  if (family.label.empty()) return family.samples.front().value;
  json samples = json::object();
  for (const Sample& sample : family.samples) {
    if (sample.value != 0) samples[sample.label] = sample.value;
  }
  return samples;
}

}  // namespace

json status_json(const ServerStatus& status) {
  json workers = json::array();
  for (const WorkerStatus& worker : status.workers) workers.push_back(worker_json(worker));
  json listeners = json::array();
  for (const ListenerStatus& listener : status.listeners) {
    listeners.push_back(listener_json(listener));
  }
  json pools = json::array();
  for (const PoolStatus& pool : status.pools) pools.push_back(pool_json(pool));
  json counters = json::object();
  for (const Family& family : status.families) {
    counters[std::string(family.name)] = family_json(family);
  }
  return {{"version", status.version},
          {"file", status.file},
          {"uptime_s", static_cast<double>(status.uptime.ms()) / 1000.0},
          {"generation", status.generation},
          {"runtime_changes", status.runtime_changes},
          {"snapshots_waiting", status.snapshots_waiting},
          {"workers", workers},
          {"listeners", listeners},
          {"pools", pools},
          {"counters", counters}};
}

json backends_json(const ServerStatus& status, std::string_view pool) {
  json pools = json::array();
  for (const PoolStatus& candidate : status.pools) {
    if (pool.empty() || candidate.name == pool) pools.push_back(pool_json(candidate));
  }
  return {{"pools", pools}};
}

}  // namespace penstock::stats
