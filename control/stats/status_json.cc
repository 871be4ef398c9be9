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

json backend_json(const BackendStatus& status) {
  json backend = {
      {"name", status.backend.name},
      {"address", status.backend.address.format()},
      {"weight", status.backend.weight},
      {"state", status.backend.state == model::BackendState::Active ? "active" : "draining"}};
  for (const BackendSeries& series : backend_series()) {
    backend[std::string(series.name)] = status.counts.*series.value;
  }
  return backend;
}

json pool_json(const PoolStatus& pool) {
  json backends = json::array();
  for (const BackendStatus& backend : pool.backends) backends.push_back(backend_json(backend));
  return {{"name", pool.name}, {"policy", pool.policy}, {"backends", backends}};
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
  for (const model::Listener& listener : status.listeners) {
    listeners.push_back({{"name", listener.name}, {"address", listener.address.format()}});
  }
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
