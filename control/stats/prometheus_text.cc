// SPDX-License-Identifier: Apache-2.0
#include "control/stats/prometheus_text.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <string_view>
#include <utility>
#include <vector>

namespace penstock::stats {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;

prometheus::MetricFamily family_of(std::string_view name, std::string_view help, Kind kind) {
  prometheus::MetricFamily family;
  family.name = "penstock_" + std::string(name) + (kind == Kind::Counter ? "_total" : "");
  family.help = std::string(help);
  family.type =
      kind == Kind::Counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
  return family;
}

void add_sample(prometheus::MetricFamily& family, Labels labels, uint64_t value) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  // Beyond 2^53 a double counts in steps, as every Prometheus counter does.
  metric.counter.value = static_cast<double>(value);
  metric.gauge.value = static_cast<double>(value);
  family.metric.push_back(std::move(metric));
}

prometheus::MetricFamily to_prometheus(const Family& family) {
  auto converted = family_of(family.name, family.help, family.kind);
  for (const Sample& sample : family.samples) {
    Labels labels;
    if (!family.label.empty()) labels.push_back({std::string(family.label), sample.label});
    add_sample(converted, std::move(labels), sample.value);
  }
  return converted;
}

prometheus::MetricFamily to_prometheus(const SeriesOf<PoolSums>& series,
                                       const ServerStatus& status) {
  auto family = family_of("pool_" + std::string(series.name), series.help, series.kind);
  for (const PoolStatus& pool : status.pools) {
    add_sample(family, {{"pool", pool.name}}, pool.counts.*series.value);
  }
  return family;
}

prometheus::MetricFamily to_prometheus(const SeriesOf<ListenerSums>& series,
                                       const ServerStatus& status) {
  auto family = family_of("listener_" + std::string(series.name), series.help, series.kind);
  for (const ListenerStatus& listener : status.listeners) {
    add_sample(family, {{"listener", listener.listener.name}}, listener.counts.*series.value);
  }
  return family;
}

prometheus::MetricFamily listener_replies(const ServerStatus& status) {
  auto family = family_of("listener_replies", "Responses that Penstock made itself, by reason",
                          Kind::Counter);
  for (const ListenerStatus& listener : status.listeners) {
    for (const Sample& sample : samples_of(listener.counts.by_reason)) {
      add_sample(family, {{"listener", listener.listener.name}, {"reason", sample.label}},
                 sample.value);
    }
  }
  return family;
}

prometheus::MetricFamily to_prometheus(const SeriesOf<BackendSums>& series,
                                       const ServerStatus& status) {
  auto family = family_of("backend_" + std::string(series.name), series.help, series.kind);
  for (const PoolStatus& pool : status.pools) {
    for (const BackendStatus& backend : pool.backends) {
      add_sample(family, {{"pool", pool.name}, {"backend", backend.backend.name}},
                 backend.counts.*series.value);
    }
  }
  return family;
}

prometheus::MetricFamily backend_failures(const ServerStatus& status) {
  auto family = family_of("backend_failures", "Attempts at the backend that failed, by reason",
                          Kind::Counter);
  for (const PoolStatus& pool : status.pools) {
    for (const BackendStatus& backend : pool.backends) {
      for (const Sample& sample : samples_of(backend.counts.by_reason)) {
        add_sample(
            family,
            {{"pool", pool.name}, {"backend", backend.backend.name}, {"reason", sample.label}},
            sample.value);
      }
    }
  }
  return family;
}

prometheus::MetricFamily gauge(std::string_view name, std::string_view help, uint64_t value) {
  auto family = family_of(name, help, Kind::Gauge);
  add_sample(family, {}, value);
  return family;
}

// The rest of what a worker counts is summed; these tell whether the load is even and whether
// frames find their workers.
struct WorkerSeries {
  std::string_view name;
  std::string_view help;
  uint64_t WorkerStatus::*value;
};
constexpr WorkerSeries kWorkerSeries[] = {
    {"worker_requests", "Requests received by one worker", &WorkerStatus::requests},
    {"worker_packets_received", "Packets received by one worker", &WorkerStatus::packets_received},
    {"worker_packets_sent", "Packets sent by one worker", &WorkerStatus::packets_sent},
    {"worker_wrong_core_arrivals", "Segments that the NIC brought to one worker against its table",
     &WorkerStatus::wrong_core_arrivals}};

prometheus::MetricFamily to_prometheus(const WorkerSeries& series, const ServerStatus& status) {
  auto family = family_of(series.name, series.help, Kind::Counter);
  for (size_t i = 0; i < status.workers.size(); ++i) {
    add_sample(family, {{"worker", std::to_string(i)}}, status.workers[i].*series.value);
  }
  return family;
}

}  // namespace

std::string prometheus_text(const ServerStatus& status) {
  std::vector<prometheus::MetricFamily> families;
  families.push_back(
      gauge("generation", "Generation of the running configuration", status.generation));
  families.push_back(gauge("snapshots_waiting", "Replaced snapshots that exchanges still use",
                           status.snapshots_waiting));
  for (const Family& family : status.families) families.push_back(to_prometheus(family));
  for (const auto& series : series_of<BackendSums>()) {
    families.push_back(to_prometheus(series, status));
  }
  for (const auto& series : series_of<PoolSums>()) {
    families.push_back(to_prometheus(series, status));
  }
  for (const auto& series : series_of<ListenerSums>()) {
    families.push_back(to_prometheus(series, status));
  }
  families.push_back(listener_replies(status));
  families.push_back(backend_failures(status));
  for (const WorkerSeries& series : kWorkerSeries) {
    families.push_back(to_prometheus(series, status));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace penstock::stats
