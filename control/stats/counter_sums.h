// SPDX-License-Identifier: Apache-2.0
//
// Sums what the workers count into named families, the one list of all metrics: JSON and Prometheus
// text are both made from it. Adding a counter is adding a line to the tables in counter_sums.cc.
// It reads while workers write: each number is right by itself, two numbers may be a moment apart.
// Control thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/http/reason.h"
#include "dataplane/worker/counters.h"

namespace penstock::stats {

enum class Kind : uint8_t { Counter, Gauge };

struct Sample {
  std::string label;  // the value of the family's label; empty where it has none
  uint64_t value = 0;
};

struct Family {
  std::string_view name;  // "requests": JSON's name; Prometheus says penstock_requests_total
  std::string_view help;
  Kind kind = Kind::Counter;
  std::string_view label;  // "reason"; empty: one sample without a label
  std::vector<Sample> samples;
};

using Workers = std::span<const worker::Counters* const>;

std::vector<Family> sum_families(Workers workers);

// What workers count by the id of a rate limit, with the names of now. `left` is what former owners
// of the ids have counted.
struct NamedId {
  std::string name;
  uint32_t id = 0;
};
Family refused_by_limit(Workers workers, std::span<const NamedId> limits,
                        std::span<const uint64_t> left);
uint64_t sum_refused(Workers workers, uint32_t limit);

// By http::ReplyReason.
using ReasonSums = std::array<uint64_t, http::kReplyReasonCount>;

// What all workers together count of one thing: a backend, a pool, a listener.
struct BackendSums {
  using Counted = upstream::BackendCounters;
  uint64_t requests = 0;
  uint64_t retries = 0;
  uint64_t connects = 0;
  uint64_t connect_failures = 0;
  uint64_t resets = 0;
  uint64_t reuses = 0;
  uint64_t idle_timeouts = 0;
  uint64_t connections_open = 0;
  uint64_t connections_idle = 0;
  uint64_t exchanges_open = 0;
  ReasonSums by_reason{};  // failed attempts
};

struct PoolSums {
  using Counted = upstream::PoolCounters;
  uint64_t requests = 0;
  uint64_t requests_open = 0;
  uint64_t pending = 0;
  uint64_t connections_open = 0;
  uint64_t retries = 0;
  uint64_t retries_withheld = 0;
  uint64_t refusals = 0;
};

struct ListenerSums {
  using Counted = proxy::ListenerCounters;
  uint64_t accepted = 0;
  uint64_t denied = 0;
  uint64_t refused = 0;
  uint64_t connections_open = 0;
  uint64_t connections_idle = 0;
  uint64_t requests = 0;
  uint64_t reuses = 0;
  uint64_t retries = 0;
  uint64_t aborts = 0;
  uint64_t resets = 0;
  ReasonSums by_reason{};  // replies that Penstock made itself, and what it cut
};

template <class Sums>
concept CountsByReason = requires(Sums sums) {
  sums.by_reason;
};

template <class Sums>
struct SeriesOf {
  std::string_view name;
  std::string_view help;
  Kind kind = Kind::Counter;
  uint64_t Sums::*value = nullptr;
  base::Counter Sums::Counted::*counter = nullptr;
};
// All members of the sums, for those who list them.
template <class Sums>
std::span<const SeriesOf<Sums>> series_of();

template <class Sums>
const typename Sums::Counted& counted_by(const worker::Counters& worker, uint32_t id);

uint64_t count_for(const upstream::BackendCounters& counted, http::ReplyReason reason);
uint64_t count_for(const proxy::ListenerCounters& counted, http::ReplyReason reason);

template <class Sums>
Sums sum_of(Workers workers, uint32_t id) {
  Sums sums;
  for (const worker::Counters* worker : workers) {
    const typename Sums::Counted& counted = counted_by<Sums>(*worker, id);
    for (const SeriesOf<Sums>& series : series_of<Sums>()) {
      sums.*series.value += (counted.*series.counter).read();
    }
    if constexpr (CountsByReason<Sums>) {
      for (size_t i = 0; i < sums.by_reason.size(); ++i) {
        sums.by_reason[i] += count_for(counted, static_cast<http::ReplyReason>(i));
      }
    }
  }
  return sums;
}

// Those that occurred.
std::vector<Sample> samples_of(const ReasonSums& by_reason);

}  // namespace penstock::stats
