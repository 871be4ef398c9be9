// SPDX-License-Identifier: Apache-2.0
//
// Choosing the rule for a request among `rules`, each with a path of its own, a prefix or an exact
// one. Ten of them have a host of their own; or they share 97 hosts, or one, or name none.
// A miss comes to a host that rules name, with a path that none does.
// Reference: std::unordered_map from host and path to the rule, asked for each prefix of the path
// from the longest on; it folds no case and knows no wildcards and no further conditions.
#include <benchmark/benchmark.h>

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

constexpr uint32_t kRequests = 1024;  // a power of two

enum class Luck : uint8_t { Hit, Miss };

// How many hosts the rules share.
enum class Hosts : uint8_t { OfTenRulesEach, NinetySeven, One, Any };

constexpr uint32_t kRulesPerHost = 10;

std::string host_name(Hosts hosts, uint32_t rule) {
  switch (hosts) {
    case Hosts::OfTenRulesEach:
      return "shop" + std::to_string(rule / kRulesPerHost) + ".example.com";
    case Hosts::NinetySeven:
      return "shop" + std::to_string(rule % 97) + ".example.com";
    case Hosts::One:
    case Hosts::Any:
      break;
  }
  return "shop.example.com";
}

std::string path_text(Hosts hosts, uint32_t rule) {
  if (hosts != Hosts::OfTenRulesEach) return "/api/v1/resource" + std::to_string(rule);
  return "/team" + std::to_string(rule / kRulesPerHost) + "/service" +
         std::to_string(rule % kRulesPerHost);
}

struct Request {
  std::string host;
  std::string path;
  uint32_t rule;
};

std::vector<Request> make_requests(Hosts hosts, uint32_t rules, std::string_view below, Luck luck) {
  base::Random random(1);
  std::vector<Request> requests;
  for (uint32_t i = 0; i < kRequests; ++i) {
    const auto rule = static_cast<uint32_t>(random.below(rules));
    const std::string named = path_text(hosts, rule);
    const std::string path = luck == Luck::Hit ? named : "/nobody" + named;
    requests.push_back({host_name(hosts, rule), path + std::string(below), rule});
  }
  return requests;
}

struct CompiledRules {
  RuleTable table;
  Scratch scratch;
};

CompiledRules compile(const std::vector<Rule>& rules) {
  auto table = RuleTable::compile(rules);
  CHECK(table.ok());
  CompiledRules compiled{std::move(*table), {}};
  compiled.scratch.grow_for(compiled.table);
  return compiled;
}

std::vector<Rule> make_rules(Hosts hosts, PathMatch::Kind kind, uint32_t count) {
  std::vector<Rule> rules(count);
  for (uint32_t i = 0; i < count; ++i) {
    rules[i].name = "rule" + std::to_string(i);
    if (hosts != Hosts::Any) rules[i].hosts = {HostMatch::from_text(host_name(hosts, i))};
    rules[i].path = {kind, path_text(hosts, i)};
  }
  return rules;
}

const Rule* choose_once(CompiledRules& compiled, const Request& request) {
  return compiled.table.choose(
      {.method = "GET", .host = request.host, .path = request.path, .query = {}, .source = {}},
      compiled.scratch);
}

void choose(benchmark::State& state, Hosts hosts, PathMatch::Kind kind, Luck luck) {
  const auto count = static_cast<uint32_t>(state.range(0));
  CompiledRules compiled = compile(make_rules(hosts, kind, count));
  const auto requests =
      make_requests(hosts, count, kind == PathMatch::Kind::Prefix ? "/item/42" : "", luck);
  uint32_t next = 0;
  for (auto _ : state) {
    const Request& request = requests[next++ % kRequests];
    const Rule* rule = choose_once(compiled, request);
    CHECK(luck == Luck::Hit ? rule != nullptr && compiled.table.index_of(*rule) == request.rule
                            : rule == nullptr);
  }
}

void choose_rule_by_prefix_hit(benchmark::State& state) {
  choose(state, Hosts::OfTenRulesEach, PathMatch::Kind::Prefix, Luck::Hit);
}
void choose_rule_by_prefix_miss(benchmark::State& state) {
  choose(state, Hosts::OfTenRulesEach, PathMatch::Kind::Prefix, Luck::Miss);
}
void choose_rule_by_prefix_of_97_hosts(benchmark::State& state) {
  choose(state, Hosts::NinetySeven, PathMatch::Kind::Prefix, Luck::Hit);
}
void choose_rule_by_prefix_of_one_host(benchmark::State& state) {
  choose(state, Hosts::One, PathMatch::Kind::Prefix, Luck::Hit);
}
void choose_rule_by_prefix_of_any_host(benchmark::State& state) {
  choose(state, Hosts::Any, PathMatch::Kind::Prefix, Luck::Hit);
}
void choose_rule_by_exact_path_hit(benchmark::State& state) {
  choose(state, Hosts::OfTenRulesEach, PathMatch::Kind::Exact, Luck::Hit);
}
void choose_rule_by_exact_path_miss(benchmark::State& state) {
  choose(state, Hosts::OfTenRulesEach, PathMatch::Kind::Exact, Luck::Miss);
}

// What most tables are: one rule for everything.
void choose_the_only_rule(benchmark::State& state) {
  CompiledRules compiled = compile({Rule{}});
  const auto requests = make_requests(Hosts::NinetySeven, 1, "/item/42", Luck::Hit);
  uint32_t next = 0;
  for (auto _ : state) {
    CHECK(choose_once(compiled, requests[next++ % kRequests]) != nullptr);
  }
}

void compile_prefix_rules(benchmark::State& state) {
  const auto count = static_cast<uint32_t>(state.range(0));
  const auto rules = make_rules(Hosts::NinetySeven, PathMatch::Kind::Prefix, count);
  for (auto _ : state) benchmark::DoNotOptimize(RuleTable::compile(rules));
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

void choose_by_map(benchmark::State& state, Hosts hosts, PathMatch::Kind kind, Luck luck) {
  const auto count = static_cast<uint32_t>(state.range(0));
  RuleMap map;
  for (uint32_t i = 0; i < count; ++i) {
    map.emplace(host_name(hosts, i) + path_text(hosts, i), i);
  }
  const bool by_prefix = kind == PathMatch::Kind::Prefix;
  const auto requests = make_requests(hosts, count, by_prefix ? "/item/42" : "", luck);
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
  choose_by_map(state, Hosts::OfTenRulesEach, PathMatch::Kind::Prefix, Luck::Hit);
}
void choose_rule_by_prefix_miss_by_unordered_map(benchmark::State& state) {
  choose_by_map(state, Hosts::OfTenRulesEach, PathMatch::Kind::Prefix, Luck::Miss);
}
void choose_rule_by_prefix_of_97_hosts_by_unordered_map(benchmark::State& state) {
  choose_by_map(state, Hosts::NinetySeven, PathMatch::Kind::Prefix, Luck::Hit);
}
void choose_rule_by_exact_path_hit_by_unordered_map(benchmark::State& state) {
  choose_by_map(state, Hosts::OfTenRulesEach, PathMatch::Kind::Exact, Luck::Hit);
}
void choose_rule_by_exact_path_miss_by_unordered_map(benchmark::State& state) {
  choose_by_map(state, Hosts::OfTenRulesEach, PathMatch::Kind::Exact, Luck::Miss);
}

void by_number_of_rules(benchmark::internal::Benchmark* benchmark) {
  for (const int64_t rules : {10, 50, 1'000, 10'000}) benchmark->Arg(rules);
}
BENCHMARK(choose_rule_by_prefix_hit)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_prefix_hit_by_unordered_map)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_prefix_miss)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_prefix_miss_by_unordered_map)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_prefix_of_97_hosts)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_prefix_of_97_hosts_by_unordered_map)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_prefix_of_one_host)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_prefix_of_any_host)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_exact_path_hit)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_exact_path_hit_by_unordered_map)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_exact_path_miss)->Apply(by_number_of_rules);
BENCHMARK(choose_rule_by_exact_path_miss_by_unordered_map)->Apply(by_number_of_rules);
BENCHMARK(choose_the_only_rule);
BENCHMARK(compile_prefix_rules)->Apply(by_number_of_rules)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace penstock::route
