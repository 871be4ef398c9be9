// SPDX-License-Identifier: Apache-2.0
//
// Finding a connection by its two endpoints among `entries`, in random order: what a packet pays.
// Hashing with the secret key, the map, and the comparison of the key in the record it names; the
// records here are bare keys. One by one, and a burst at a time in the stages of tcp::Stack: hash
// and ask for the slot, ask for the record, look.
// Reference: rte_hash of DPDK with its CRC32 hash, which keeps no secret, over a packed key and as
// full as ours: at most half. A burst is its bulk lookup.
#include <benchmark/benchmark.h>
#include <rte_hash.h>
#include <rte_hash_crc.h>

#include <array>
#include <span>
#include <utility>
#include <vector>

#include "dataplane/base/check.h"
#include "dataplane/base/flow_map.h"
#include "dataplane/base/limits.h"
#include "dataplane/base/random.h"
#include "dataplane/tcp/flow_key.h"

namespace penstock::tcp {
namespace {

constexpr base::SecretKey kKey{1, 2};

std::vector<FlowKey> make_flows(int64_t count) {
  base::Random random(1);
  const base::Endpoint local{base::IpAddress::from_v4(0x0a000001), 80};
  std::vector<FlowKey> flows;
  // No two are alike: the counter is part of the address.
  for (uint32_t i = 0; i < count; ++i) {
    const auto port = static_cast<uint16_t>(random.below(65'535) + 1);
    flows.push_back({local, {base::IpAddress::from_v4(0x14000000 + i), port}});
  }
  return flows;
}

// What a packet brings, and whose it is.
template <class Key>
struct Arrival {
  Key key;
  uint32_t wanted;
};

// One of each flow, in random order; the end is cut so that bursts come out even.
template <class Key, class MakeKey>
std::vector<Arrival<Key>> make_arrivals(const std::vector<FlowKey>& flows, MakeKey make_key) {
  std::vector<Arrival<Key>> arrivals;
  for (uint32_t i = 0; i < flows.size(); ++i) arrivals.push_back({make_key(flows[i]), i});
  base::Random random(2);
  for (size_t i = arrivals.size(); i > 1; --i) {
    std::swap(arrivals[i - 1], arrivals[random.below(i)]);
  }
  arrivals.resize(arrivals.size() / base::kBurstPackets * base::kBurstPackets);
  return arrivals;
}

struct OurTable {
  explicit OurTable(int64_t count)
      : flows(make_flows(count)),
        arrivals(make_arrivals<FlowKey>(flows, [](const FlowKey& flow) { return flow; })),
        map(static_cast<uint32_t>(flows.size())) {
    for (uint32_t i = 0; i < flows.size(); ++i) map.insert(hash_of(flows[i], kKey), i);
  }
  uint32_t find(const FlowKey& flow, uint32_t hash) const {
    return map.find(hash, [&](uint32_t index) { return flows[index] == flow; });
  }

  std::vector<FlowKey> flows;
  std::vector<Arrival<FlowKey>> arrivals;
  base::FlowMap map;
};

void find_flow(benchmark::State& state) {
  const OurTable table(state.range(0));
  size_t next = 0;
  for (auto _ : state) {
    const Arrival<FlowKey>& arrival = table.arrivals[next];
    CHECK(table.find(arrival.key, hash_of(arrival.key, kKey)) == arrival.wanted);
    next = next + 1 == table.arrivals.size() ? 0 : next + 1;
  }
}
BENCHMARK(find_flow)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

// An iteration is a burst; a flow's share of it is the counter `per_flow`.
void find_flow_in_bursts(benchmark::State& state) {
  const OurTable table(state.range(0));
  std::array<uint32_t, base::kBurstPackets> hashes;
  size_t next = 0;
  for (auto _ : state) {
    const auto burst = std::span(table.arrivals).subspan(next, base::kBurstPackets);
    for (size_t i = 0; i < burst.size(); ++i) {
      hashes[i] = hash_of(burst[i].key, kKey);
      table.map.prefetch(hashes[i]);
    }
    for (const uint32_t hash : hashes) {
      const uint32_t index = table.map.find(hash, [](uint32_t) { return true; });
      if (index != base::FlowMap::kNone) __builtin_prefetch(&table.flows[index]);
    }
    for (size_t i = 0; i < burst.size(); ++i) {
      CHECK(table.find(burst[i].key, hashes[i]) == burst[i].wanted);
    }
    next = next + burst.size() == table.arrivals.size() ? 0 : next + burst.size();
  }
  state.counters["per_flow"] =
      benchmark::Counter(base::kBurstPackets, benchmark::Counter::kIsIterationInvariantRate |
                                                  benchmark::Counter::kInvert);
}
BENCHMARK(find_flow_in_bursts)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

struct PackedKey {
  uint32_t local;
  uint32_t remote;
  uint32_t ports;
};

PackedKey packed(const FlowKey& flow) {
  return {flow.local.address.v4(), flow.remote.address.v4(), static_cast<uint32_t>(flow.ports())};
}

class RteTable {
 public:
  explicit RteTable(int64_t count) : arrivals(make_arrivals<PackedKey>(make_flows(count), packed)) {
    rte_hash_parameters parameters{};
    parameters.name = "flows";
    parameters.entries = static_cast<uint32_t>(count) * 2;
    parameters.key_len = sizeof(PackedKey);
    parameters.hash_func = rte_hash_crc;
    hash_ = rte_hash_create(&parameters);
    CHECK(hash_ != nullptr);
    record_at_.resize(rte_hash_max_key_id(hash_) + 1u);
    for (const Arrival<PackedKey>& arrival : arrivals) {
      const int32_t place = rte_hash_add_key(hash_, &arrival.key);
      CHECK(place >= 0);
      record_at_[static_cast<uint32_t>(place)] = arrival.wanted;
    }
  }
  RteTable(const RteTable&) = delete;
  RteTable& operator=(const RteTable&) = delete;
  ~RteTable() { rte_hash_free(hash_); }

  const rte_hash* hash() const { return hash_; }
  void check(int32_t place, uint32_t wanted) const {
    CHECK(place >= 0 && record_at_[static_cast<uint32_t>(place)] == wanted);
  }

  std::vector<Arrival<PackedKey>> arrivals;

 private:
  rte_hash* hash_ = nullptr;
  std::vector<uint32_t> record_at_;
};

void find_flow_by_rte_hash(benchmark::State& state) {
  const RteTable table(state.range(0));
  size_t next = 0;
  for (auto _ : state) {
    const Arrival<PackedKey>& arrival = table.arrivals[next];
    table.check(rte_hash_lookup(table.hash(), &arrival.key), arrival.wanted);
    next = next + 1 == table.arrivals.size() ? 0 : next + 1;
  }
}
BENCHMARK(find_flow_by_rte_hash)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

void find_flow_in_bursts_by_rte_hash(benchmark::State& state) {
  const RteTable table(state.range(0));
  std::array<const void*, base::kBurstPackets> keys;
  std::array<int32_t, base::kBurstPackets> places;
  size_t next = 0;
  for (auto _ : state) {
    const auto burst = std::span(table.arrivals).subspan(next, base::kBurstPackets);
    for (size_t i = 0; i < burst.size(); ++i) keys[i] = &burst[i].key;
    rte_hash_lookup_bulk(table.hash(), keys.data(), base::kBurstPackets, places.data());
    for (size_t i = 0; i < burst.size(); ++i) table.check(places[i], burst[i].wanted);
    next = next + burst.size() == table.arrivals.size() ? 0 : next + burst.size();
  }
  state.counters["per_flow"] =
      benchmark::Counter(base::kBurstPackets, benchmark::Counter::kIsIterationInvariantRate |
                                                  benchmark::Counter::kInvert);
}
BENCHMARK(find_flow_in_bursts_by_rte_hash)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

}  // namespace
}  // namespace penstock::tcp
