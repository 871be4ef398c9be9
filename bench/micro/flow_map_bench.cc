// SPDX-License-Identifier: Apache-2.0
//
// Finding a connection by its two endpoints among `entries`, in random order: what a packet pays.
// Hashing with the secret key, the map, and the comparison of the key in the record it names; the
// records here are bare keys. The product looks flows up one by one, so nothing here is batched.
// Reference: rte_hash of DPDK with its CRC32 hash, which keeps no secret, over a packed key and as
// full as ours: at most half.
#include <benchmark/benchmark.h>
#include <rte_hash.h>
#include <rte_hash_crc.h>

#include <vector>

#include "dataplane/base/check.h"
#include "dataplane/base/flow_map.h"
#include "dataplane/base/random.h"
#include "dataplane/tcp/flow_key.h"

namespace penstock::tcp {
namespace {

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

void find_flow(benchmark::State& state) {
  const std::vector<FlowKey> flows = make_flows(state.range(0));
  const base::SecretKey key{1, 2};
  base::FlowMap map(static_cast<uint32_t>(flows.size()));
  for (uint32_t i = 0; i < flows.size(); ++i) map.insert(hash_of(flows[i], key), i);
  base::Random random(1);
  for (auto _ : state) {
    const auto wanted = static_cast<uint32_t>(random.below(flows.size()));
    const FlowKey flow = flows[wanted];
    CHECK(map.find(hash_of(flow, key), [&](uint32_t index) { return flows[index] == flow; }) ==
          wanted);
  }
}
BENCHMARK(find_flow)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

struct PackedKey {
  uint32_t local;
  uint32_t remote;
  uint32_t ports;
};

PackedKey packed(const FlowKey& flow) {
  return {flow.local.address.v4(), flow.remote.address.v4(), static_cast<uint32_t>(flow.ports())};
}

void find_flow_by_rte_hash(benchmark::State& state) {
  const std::vector<FlowKey> flows = make_flows(state.range(0));
  rte_hash_parameters parameters{};
  parameters.name = "flows";
  parameters.entries = static_cast<uint32_t>(flows.size()) * 2;
  parameters.key_len = sizeof(PackedKey);
  parameters.hash_func = rte_hash_crc;
  rte_hash* hash = rte_hash_create(&parameters);
  CHECK(hash != nullptr);
  std::vector<uint32_t> record_at(rte_hash_max_key_id(hash) + 1u);
  for (uint32_t i = 0; i < flows.size(); ++i) {
    const PackedKey key = packed(flows[i]);
    const int32_t place = rte_hash_add_key(hash, &key);
    CHECK(place >= 0);
    record_at[static_cast<uint32_t>(place)] = i;
  }
  base::Random random(1);
  for (auto _ : state) {
    const auto wanted = static_cast<uint32_t>(random.below(flows.size()));
    const PackedKey key = packed(flows[wanted]);
    const int32_t place = rte_hash_lookup(hash, &key);
    CHECK(place >= 0 && record_at[static_cast<uint32_t>(place)] == wanted);
  }
  rte_hash_free(hash);
}
BENCHMARK(find_flow_by_rte_hash)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

}  // namespace
}  // namespace penstock::tcp
