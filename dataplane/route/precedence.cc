// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/precedence.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "dataplane/route/expression.h"

namespace penstock::route {

namespace {

// Smaller wins. The members stand in the order in which they decide.
struct Standing {
  int64_t priority;
  int host_class;
  int64_t host_shortness;  // only wildcards: a longer suffix is more specific
  int path_class;
  int64_t path_shortness;  // only prefixes
  int64_t conditions_missing;
  uint32_t rule;
  uint32_t host_item;

  auto operator<=>(const Standing&) const = default;
};

int class_of(HostMatch::Kind kind) noexcept {
  switch (kind) {
    case HostMatch::Kind::Exact:
      return 0;
    case HostMatch::Kind::Wildcard:
      return 1;
    case HostMatch::Kind::Any:
      return 2;
  }
  return 2;
}

int class_of(PathMatch::Kind kind) noexcept {
  switch (kind) {
    case PathMatch::Kind::Exact:
      return 0;
    case PathMatch::Kind::Prefix:
      return 1;
    case PathMatch::Kind::Regex:
      return 2;
    case PathMatch::Kind::Any:
      return 3;
  }
  return 3;
}

// A list of methods, of sources or of excepted sources is one condition, however long; each header
// and query parameter is one.
uint32_t further_conditions(const Rule& rule) noexcept {
  return static_cast<uint32_t>(rule.headers.size() + rule.query.size()) +
         (rule.methods.empty() ? 0 : 1) + (rule.sources.empty() ? 0 : 1) +
         (rule.except_sources.empty() ? 0 : 1);
}

Standing standing_of(std::span<const Rule> rules, const Entry& entry) {
  const Rule& rule = rules[entry.rule];
  const HostMatch host = host_of(rule, entry.host_item);
  const bool wildcard = host.kind == HostMatch::Kind::Wildcard;
  const bool prefix = rule.path.kind == PathMatch::Kind::Prefix;
  return {
      .priority = rule.priority ? *rule.priority : std::numeric_limits<int64_t>::max(),
      .host_class = class_of(host.kind),
      .host_shortness = wildcard ? -static_cast<int64_t>(host.text.size()) : 0,
      .path_class = class_of(rule.path.kind),
      .path_shortness =
          prefix ? -static_cast<int64_t>(without_trailing_slash(rule.path.text).size()) : 0,
      .conditions_missing = -static_cast<int64_t>(entry.further_conditions),
      .rule = entry.rule,
      .host_item = entry.host_item,
  };
}

}  // namespace

HostMatch host_of(const Rule& rule, uint32_t host_item) {
  return rule.hosts.empty() ? HostMatch{} : rule.hosts[host_item];
}

std::vector<Entry> entries_by_precedence(std::span<const Rule> rules) {
  std::vector<std::pair<Standing, Entry>> standings;
  for (uint32_t rule = 0; rule < rules.size(); ++rule) {
    const size_t hosts = std::max<size_t>(rules[rule].hosts.size(), 1);
    for (uint32_t item = 0; item < hosts; ++item) {
      const Entry entry{
          .rule = rule, .host_item = item, .further_conditions = further_conditions(rules[rule])};
      standings.emplace_back(standing_of(rules, entry), entry);
    }
  }
  std::sort(standings.begin(), standings.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Entry> entries;
  for (const auto& standing : standings) entries.push_back(standing.second);
  return entries;
}

}  // namespace penstock::route
