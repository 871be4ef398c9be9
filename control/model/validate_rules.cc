// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>

#include "control/model/text_rules.h"
#include "control/model/validate_parts.h"

namespace penstock::model {

namespace {

void validate_listener_names(const Configuration& configuration, const Rule& rule,
                             const std::string& path, Findings& findings) {
  for (size_t i = 0; i < rule.listeners.size(); ++i) {
    if (has_name(configuration.listeners, rule.listeners[i])) continue;
    findings.add(indexed(joined(path, "listeners"), i),
                 "there is no listener " + quoted(rule.listeners[i]) +
                     "; accepted: " + accepted_names(configuration.listeners));
  }
}

void validate_hosts_and_path(const Rule& rule, const std::string& path, Findings& findings) {
  Uniqueness hosts(findings, "host");
  for (size_t i = 0; i < rule.hosts.size(); ++i) {
    const std::string host_path = indexed(joined(path, "hosts"), i);
    findings.check_text(host_path, rule.hosts[i], is_host_condition, kHostConditionAccepted);
    hosts.check(host_path, rule.hosts[i]);
  }
  const std::string path_key = joined(path, path_condition_key(rule.path.kind));
  if (rule.path.kind == PathCondition::Kind::Exact ||
      rule.path.kind == PathCondition::Kind::Prefix) {
    findings.check_text(path_key, rule.path.text, is_url_path, kUrlPathAccepted);
  }
  if (rule.path.kind == PathCondition::Kind::Regex && rule.path.text.empty()) {
    findings.add(path_key, "the expression is empty; accepted: a regular expression");
  }
}

// RFC 9110 9.1: methods are case-sensitive, so "get" would never match what clients send.
void validate_methods(const Rule& rule, const std::string& path, Findings& findings) {
  for (size_t i = 0; i < rule.methods.size(); ++i) {
    const std::string& method = rule.methods[i];
    const bool has_lower =
        std::any_of(method.begin(), method.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (is_token(method) && !has_lower) continue;
    findings.add(
        indexed(joined(path, "methods"), i),
        quoted(method) + " is not a method; accepted: a method in capitals such as \"GET\"");
  }
}

void validate_named_conditions(const Http& http, const Rule& rule, const std::string& path,
                               Findings& findings) {
  for (size_t i = 0; i < rule.headers.size(); ++i) {
    const std::string header = indexed(joined(path, "headers"), i);
    validate_field_name(http,
                        {rule.headers[i].name, "the rule " + quoted(rule.name) + " never matches"},
                        joined(header, "name"), findings);
    if (!rule.headers[i].value) continue;
    findings.check_text(joined(header, "value"), *rule.headers[i].value, is_field_value,
                        kFieldValueAccepted);
  }
  for (size_t i = 0; i < rule.query.size(); ++i) {
    if (!rule.query[i].name.empty()) continue;
    findings.add(joined(indexed(joined(path, "query"), i), "name"),
                 "the name is empty; accepted: the name of a query parameter");
  }
}

struct ActionCheck {
  const Configuration& configuration;
  const Rule& rule;
  const std::string& path;
  Findings& findings;

  void operator()(const Forward& forward) const {
    // A rule without an action was reported when it was read.
    if (forward.pool.empty() || has_name(configuration.pools, forward.pool)) return;
    findings.add(joined(path, "forward"), "there is no pool " + quoted(forward.pool) +
                                              "; accepted: " + accepted_names(configuration.pools));
  }

  void operator()(const Respond& respond) const {
    const std::string at = joined(path, "respond");
    findings.check_range(joined(at, "status"), respond.status, kRespondStatusRange);
    findings.check_text(joined(at, "content_type"), respond.content_type, is_field_value,
                        kFieldValueAccepted);
    if (respond.body.size() > base::kRespondBodyBytesMax) {
      findings.add(joined(at, "body"), std::to_string(respond.body.size()) +
                                           " bytes are too many; accepted: at most " +
                                           std::to_string(base::kRespondBodyBytesMax));
    }
    const bool has_no_body = respond.status == 204 || respond.status == 304;
    if (has_no_body && !respond.body.empty()) {
      findings.add(joined(at, "body"), "a response with status " + std::to_string(respond.status) +
                                           " has no body; accepted: none");
    }
  }

  void operator()(const Redirect& redirect) const {
    const std::string at = joined(path, "redirect");
    static constexpr std::array<uint16_t, 5> kStatuses = {301, 302, 303, 307, 308};
    if (std::find(kStatuses.begin(), kStatuses.end(), redirect.status) == kStatuses.end()) {
      findings.add(joined(at, "status"), std::to_string(redirect.status) +
                                             " is no redirect; accepted: 301, 302, 303, 307, 308");
    }
    if (redirect.scheme && *redirect.scheme != "http" && *redirect.scheme != "https") {
      findings.add(joined(at, "scheme"),
                   quoted(*redirect.scheme) + " is not accepted; accepted: \"http\" or \"https\"");
    }
    if (redirect.host) {
      findings.check_text(joined(at, "host"), *redirect.host, is_host, kHostAccepted);
    }
    if (redirect.port) findings.check_range(joined(at, "port"), *redirect.port, kTcpPortRange);
    check_redirect_path(redirect, at);
  }

  void check_redirect_path(const Redirect& redirect, const std::string& at) const {
    if (redirect.path) {
      findings.check_text(joined(at, "path"), *redirect.path, is_url_path, kUrlPathAccepted);
    }
    if (redirect.path_prefix) {
      findings.check_text(joined(at, "path_prefix"), *redirect.path_prefix, is_url_path,
                          kUrlPathAccepted);
      if (rule.path.kind != PathCondition::Kind::Prefix) {
        findings.add(joined(at, "path_prefix"),
                     "there is nothing to replace; accepted: in a rule with path_prefix");
      }
    }
    if (redirect.path && redirect.path_prefix) {
      findings.add(joined(at, "path_prefix"), "stands beside path; accepted: one of the two");
    }
    if (!redirect.scheme && !redirect.host && !redirect.port && !redirect.path &&
        !redirect.path_prefix) {
      findings.add(at,
                   "leads to where the request came from; accepted: at least one of scheme, "
                   "host, port, path, path_prefix");
    }
  }
};

void validate_rule(const Configuration& configuration, size_t index, Findings& findings) {
  const Rule& rule = configuration.rules[index];
  const std::string path = indexed("rules", index);
  findings.check_text(joined(path, "name"), rule.name, is_name, kNameAccepted);
  validate_listener_names(configuration, rule, path, findings);
  validate_hosts_and_path(rule, path, findings);
  validate_methods(rule, path, findings);
  validate_named_conditions(configuration.http, rule, path, findings);
  validate_networks(rule.except_sources, joined(path, "except_sources"), findings);
  std::visit(ActionCheck{configuration, rule, path, findings}, rule.action);
}

}  // namespace

void validate_rules(const Configuration& configuration, Findings& findings) {
  if (configuration.rules.size() > base::kRulesMax) {
    findings.add("rules", std::to_string(configuration.rules.size()) +
                              " rules; accepted: at most " + std::to_string(base::kRulesMax));
  }
  Uniqueness names(findings, "rule name");
  for (size_t i = 0; i < configuration.rules.size(); ++i) {
    const std::string& name = configuration.rules[i].name;
    if (!name.empty()) names.check(joined(indexed("rules", i), "name"), name);
    validate_rule(configuration, i, findings);
  }
}

}  // namespace penstock::model
