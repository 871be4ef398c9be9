// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/conditions.h"

#include <algorithm>

#include "dataplane/route/precedence.h"
#include "dataplane/route/query_match.h"

namespace penstock::route {

namespace {

bool method_holds(const Rule& rule, std::string_view method) noexcept {
  return rule.methods.empty() ||
         std::find(rule.methods.begin(), rule.methods.end(), method) != rule.methods.end();
}

bool source_holds(const Rule& rule, base::IpAddress source) noexcept {
  return rule.sources.empty() || rule.sources.contains(source);
}

bool holds(const HeaderCondition& condition, const FieldLookup* fields) noexcept {
  if (fields == nullptr) return false;
  auto found = fields->find(condition.name, 0);
  while (found && condition.value && found->value != *condition.value) {
    found = fields->find(condition.name, found->next);
  }
  return found.has_value();
}

std::string host_text(const HostMatch& host) { return "the host is not " + host.format(); }

std::string path_text(const PathMatch& path) {
  switch (path.kind) {
    case PathMatch::Kind::Exact:
      return "the path is not " + path.text;
    case PathMatch::Kind::Prefix:
      return "the path does not begin with " + path.text;
    case PathMatch::Kind::Regex:
      return "the path does not match the regular expression " + path.text;
    case PathMatch::Kind::Any:
      break;
  }
  return "";
}

template <class NamedCondition>
std::string named_text(const char* what, const NamedCondition& condition) {
  const std::string subject = std::string("the ") + what + " " + condition.name;
  return condition.value ? subject + " is not \"" + *condition.value + "\""
                         : subject + " is not there";
}

template <class Items, class Format>
std::string join(const Items& items, Format format) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : " ") + format(item);
  return text;
}

// A list may hold thousands.
std::string networks_text(const base::PrefixSet& set) {
  constexpr size_t kNamed = 8;
  const auto networks = set.networks();
  std::string text = join(networks.first(std::min(networks.size(), kNamed)),
                          [](const base::IpPrefix& network) { return network.format(); });
  if (networks.size() > kNamed) {
    text += " and " + std::to_string(networks.size() - kNamed) + " more";
  }
  return text;
}

}  // namespace

FailedCondition first_failed(const Rule& rule, const RequestView& request) noexcept {
  if (!method_holds(rule, request.method)) return {RulePart::Method};
  if (!source_holds(rule, request.source)) return {RulePart::Source};
  if (rule.except_sources.contains(request.source)) return {RulePart::ExceptSource};
  for (uint32_t i = 0; i < rule.headers.size(); ++i) {
    if (!holds(rule.headers[i], request.fields)) return {RulePart::Header, i};
  }
  for (uint32_t i = 0; i < rule.query.size(); ++i) {
    if (!holds(rule.query[i], request.query)) return {RulePart::Query, i};
  }
  return {};
}

std::string failure_text(const Rule& rule, uint32_t host_item, FailedCondition failed) {
  switch (failed.part) {
    case RulePart::Host:
      return host_text(host_of(rule, host_item));
    case RulePart::Path:
      return path_text(rule.path);
    case RulePart::Method:
      return "the method is not one of " +
             join(rule.methods, [](const std::string& method) { return method; });
    case RulePart::Source:
      return "the source address is not in " + networks_text(rule.sources);
    case RulePart::ExceptSource:
      return "the source address is in one of the excepted networks " +
             networks_text(rule.except_sources);
    case RulePart::Header:
      return named_text("header", rule.headers[failed.item]);
    case RulePart::Query:
      return named_text("query parameter", rule.query[failed.item]);
    case RulePart::None:
      return "all conditions hold";
    case RulePart::Effect:
    case RulePart::Table:
      break;
  }
  return "";
}

}  // namespace penstock::route
