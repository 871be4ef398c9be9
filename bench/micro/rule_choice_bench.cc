// SPDX-License-Identifier: Apache-2.0
//
// Choosing the rule for a request among `rules`, each with a host and a path of its own, ten to a
// host. The paths are prefixes, which Hyperscan matches, or exact ones, which a hash table does.
// A miss comes to a host that rules name, with a path that none does.
// Reference: std::unordered_map from host and path to the rule, asked for each prefix of the path
// from the longest on; it folds no case and knows no wildcards and no further conditions.
#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dataplane/base/check.h"
#include "dataplane/base/random.h"
#include "dataplane/route/rule_table.h"

namespace penstock::route {
namespace {

constexpr uint32_t kRulesPerHost = 10;
constexpr uint32_t kRequests = 1024;  // a power of two

enum class Luck : uint8_t { Hit, Miss };

std::string host_name(uint32_t rule) {
  return "shop" + std::to_string(rule / kRulesPerHost) + ".example.com";
}

std::string path_text(uint32_t rule) {
  return "/team" + std::to_string(rule / kRulesPerHost) + "/service" +
         std::to_string(rule % kRulesPerHost);
}

struct Request {
  std::string host;
  std::string path;
  uint32_t rule;
};

std::vector<Request> make_requests(uint32_t rules, std::string_view below, Luck luck) {
  base::Random random(1);
  std::vector<Request> requests;
  for (uint32_t i = 0; i < kRequests; ++i) {
    const auto rule = static_cast<uint32_t>(random.below(rules));
    const std::string path = luck == Luck::Hit ? path_text(rule) : "/nobody" + path_text(rule);
    requests.push_back({host_name(rule), path + std::string(below), rule});
  }
  return requests;
}

struct CompiledRules {
  RuleTable table;
  Scratch scratch;
};

// Hyperscan takes seconds for thousands of prefixes, so a table is made once for all runs.
CompiledRules& compiled_rules(PathMatch::Kind kind, uint32_t count) {
  static std::map<std::pair<PathMatch::Kind, uint32_t>, std::unique_ptr<CompiledRules>> made;
  std::unique_ptr<CompiledRules>& compiled = made[{kind, count}];
  if (compiled != nullptr) return *compiled;
  std::vector<Rule> rules(count);
  for (uint32_t i = 0; i < count; ++i) {
    rules[i].name = "rule" + std::to_string(i);
    rules[i].hosts = {HostMatch::from_text(host_name(i))};
    rules[i].path = {kind, path_text(i)};
  }
  auto table = RuleTable::compile(rules);
  CHECK(table.ok());
  compiled = std::make_unique<CompiledRules>();
  compiled->table = std::move(*table);
  compiled->scratch.grow_for(compiled->table);
  return *compiled;
}

void choose(benchmark::State& state, PathMatch::Kind kind, Luck luck) {
  const auto count = static_cast<uint32_t>(state.range(0));
  CompiledRules& compiled = compiled_rules(kind, count);
  const auto requests =
      make_requests(count, kind == PathMatch::Kind::Prefix ? "/item/42" : "", luck);
  uint32_t next = 0;
  for (auto _ : state) {
    const Request& request = requests[next++ % kRequests];
    const Rule* rule = compiled.table.choose(
        {.method = "GET", .host = request.host, .path = request.path, .query = {}, .source = {}},
        compiled.scratch);
    CHECK(luck == Luck::Hit ? rule != nullptr && compiled.table.index_of(*rule) == request.rule
                            : rule == nullptr);
  }
}

void choose_rule_by_prefix_hit(benchmark::State& state) {
  choose(state, PathMatch::Kind::Prefix, Luck::Hit);
}
void choose_rule_by_prefix_miss(benchmark::State& state) {
  choose(state, PathMatch::Kind::Prefix, Luck::Miss);
}
void choose_rule_by_exact_path_hit(benchmark::State& state) {
  choose(state, PathMatch::Kind::Exact, Luck::Hit);
}
void choose_rule_by_exact_path_miss(benchmark::State& state) {
  choose(state, PathMatch::Kind::Exact, Luck::Miss);
}

// Keys are host and path in one; paths begin with a slash and hosts hold none.
using RuleMap = std::unordered_map<std::string, uint32_t>;

const uint32_t* longest_prefix(const RuleMap& map, const Request& request, std::string& key) {
  key.assign(request.host).append(request.path);
  while (key.size() > request.host.size()) {
    if (const auto at = map.find(key); at != map.end()) return &at->second;
    key.resize(key.rfind('/'));
  }
  return nullptr;
}

const uint32_t* exact_path(const RuleMap& map, const Request& request, std::string& key) {
  const auto at = map.find(key.assign(request.host).append(request.path));
  return at == map.end() ? nullptr : &at->second;
}

void choose_by_map(benchmark::State& state, PathMatch::Kind kind, Luck luck) {
  const auto count = static_cast<uint32_t>(state.range(0));
  RuleMap map;
  for (uint32_t i = 0; i < count; ++i) map.emplace(host_name(i) + path_text(i), i);
  const bool by_prefix = kind == PathMatch::Kind::Prefix;
  const auto requests = make_requests(count, by_prefix ? "/item/42" : "", luck);
  std::string key;
  uint32_t next = 0;
  for (auto _ : state) {
    const Request& request = requests[next++ % kRequests];
    const uint32_t* rule =
        by_prefix ? longest_prefix(map, request, key) : exact_path(map, request, key);
    CHECK(luck == Luck::Hit ? rule != nullptr && *rule == request.rule : rule == nullptr);
  }
}

void choose_rule_by_prefix_hit_by_unordered_map(benchmark::State& state) {
  choose_by_map(state, PathMatch::Kind::Prefix, Luck::Hit);
}
void choose_rule_by_prefix_miss_by_unordered_map(benchmark::State& state) {
  choose_by_map(state, PathMatch::Kind::Prefix, Luck::Miss);
}
void choose_rule_by_exact_path_hit_by_unordered_map(benchmark::State& state) {
  choose_by_map(state, PathMatch::Kind::Exact, Luck::Hit);
}
void choose_rule_by_exact_path_miss_by_unordered_map(benchmark::State& state) {
  choose_by_map(state, PathMatch::Kind::Exact, Luck::Miss);
}

void by_number_of_rules(benchmark::internal::Benchmark* benchmark) {
  for (const int64_t rules : {10, 50, 1'000, 10'000}) benchmark->Arg(rules);
}
BENCHMARK(choose_rule_by_prefix_hit)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_prefix_hit_by_unordered_map)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_prefix_miss)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_prefix_miss_by_unordered_map)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_exact_path_hit)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_exact_path_hit_by_unordered_map)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_exact_path_miss)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_exact_path_miss_by_unordered_map)->Apply(by_number_of_rules);

}  // namespace
}  // namespace penstock::route
