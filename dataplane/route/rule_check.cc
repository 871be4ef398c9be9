// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/rule_check.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dataplane/base/limits.h"

namespace penstock::route {

namespace {

bool is_letter_or_digit(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

template <class Accepts>
bool all_of(std::string_view text, Accepts accepts) {
  return std::all_of(text.begin(), text.end(), accepts);
}

// RFC 9110 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && text.size() <= base::kRuleTextBytesMax && all_of(text, [&](char c) {
    return is_letter_or_digit(c) || kMarks.find(c) != std::string_view::npos;
  });
}

// Underscores occur in the names of clusters; brackets and colons in an IPv6 address.
bool is_host(std::string_view text) {
  constexpr std::string_view kMarks = "-_.[]:";
  return !text.empty() && text.size() <= base::kHostBytesMax && text.front() != '.' &&
         all_of(text, [&](char c) {
           return is_letter_or_digit(c) || kMarks.find(c) != std::string_view::npos;
         });
}

bool is_path(std::string_view text) {
  return text.starts_with('/') && text.size() <= base::kRuleTextBytesMax &&
         all_of(text, [](char c) { return c > ' ' && c != 0x7f && c != '?' && c != '#'; });
}

bool is_printable(std::string_view text) {
  return text.size() <= base::kRuleTextBytesMax &&
         all_of(text, [](char c) { return c >= ' ' && c != 0x7f; });
}

class RuleChecker {
 public:
  RuleChecker(const Rule& rule, uint32_t index, std::vector<RuleProblem>& problems)
      : rule_(rule), index_(index), problems_(problems) {}

  void check() {
    check_hosts();
    check_path();
    check_lists();
    std::visit([this](const auto& action) { check_action(action); }, rule_.action);
  }

 private:
  void add(RulePart part, uint32_t item, std::string text) {
    problems_.push_back({index_, part, item, std::move(text)});
  }
  void add(std::string text) { add(RulePart::Effect, 0, std::move(text)); }

  void check_hosts() {
    if (rule_.hosts.size() > base::kHostsPerRuleMax) {
      add(RulePart::Host, 0,
          "too many hosts; accepted: at most " + std::to_string(base::kHostsPerRuleMax));
    }
    for (uint32_t i = 0; i < rule_.hosts.size(); ++i) {
      const HostMatch& host = rule_.hosts[i];
      if (host.kind == HostMatch::Kind::Any || is_host(host.text)) continue;
      add(RulePart::Host, i,
          "\"" + host.format() + "\" is no host; accepted: a name like shop.example, or " +
              "*.shop.example for all names below it, without port");
    }
  }

  void check_path() {
    const PathMatch& path = rule_.path;
    if (path.kind == PathMatch::Kind::Exact || path.kind == PathMatch::Kind::Prefix) {
      if (is_path(path.text)) return;
      add(RulePart::Path, 0,
          "\"" + path.text + "\" is no path; accepted: one that begins with / and has no query, " +
              "fragment, space or control character");
    } else if (path.text.size() > base::kRuleTextBytesMax) {
      add(RulePart::Path, 0,
          "the regular expression is too long; accepted: at most " +
              std::to_string(base::kRuleTextBytesMax) + " bytes");
    }
  }

  void check_lists() {
    for (uint32_t i = 0; i < rule_.methods.size(); ++i) {
      if (is_token(rule_.methods[i])) continue;
      add(RulePart::Method, i, "\"" + rule_.methods[i] + "\" is no method; accepted: a token");
    }
    for (uint32_t i = 0; i < rule_.headers.size(); ++i) {
      if (is_token(rule_.headers[i].name)) continue;
      add(RulePart::Header, i,
          "\"" + rule_.headers[i].name + "\" is no header name; accepted: a token");
    }
    for (uint32_t i = 0; i < rule_.query.size(); ++i) {
      if (!rule_.query[i].name.empty()) continue;
      add(RulePart::Query, i, "a query parameter needs a name");
    }
  }

  // The pool is model's to judge.
  void check_action(const Forward&) {}

  void check_action(const FixedResponse& response) {
    const bool bodyless = response.status == 204 || response.status == 304;
    if (response.status < 200 || response.status > 599) {
      add("status " + std::to_string(response.status) + " is no answer; accepted: 200 to 599");
    } else if (bodyless && !response.body.empty()) {
      add("a response with status " + std::to_string(response.status) + " has no body");
    }
    if (!is_printable(response.content_type)) {
      add("the content type has a control character or is too long");
    }
    if (response.body.size() > base::kFixedResponseBytesMax) {
      add("the body is too long; accepted: at most " +
          std::to_string(base::kFixedResponseBytesMax) + " bytes");
    }
  }

  void check_action(const Redirect& redirect) {
    constexpr std::array<uint16_t, 5> kStatuses = {301, 302, 303, 307, 308};
    if (std::find(kStatuses.begin(), kStatuses.end(), redirect.status) == kStatuses.end()) {
      add("status " + std::to_string(redirect.status) +
          " is no redirect; accepted: 301, 302, 303, 307, 308");
    }
    if (redirect.scheme && *redirect.scheme != "http" && *redirect.scheme != "https") {
      add("scheme \"" + *redirect.scheme + "\" is unknown; accepted: http, https");
    }
    if (redirect.host && !is_host(*redirect.host)) {
      add("\"" + *redirect.host + "\" is no host to redirect to");
    }
    if (redirect.port && *redirect.port == 0) add("port 0 is no port; accepted: 1 to 65535");
    for (const auto& path : {redirect.path, redirect.path_prefix}) {
      if (path && !is_path(*path)) add("\"" + *path + "\" is no path to redirect to");
    }
    if (redirect.path && redirect.path_prefix) {
      add("a redirect replaces the path or its prefix, not both");
    }
    if (redirect.path_prefix && rule_.path.kind != PathMatch::Kind::Prefix) {
      add("only a rule whose path condition is a prefix can replace the prefix");
    }
  }

  const Rule& rule_;
  uint32_t index_;
  std::vector<RuleProblem>& problems_;
};

}  // namespace

std::vector<RuleProblem> check_rules(std::span<const Rule> rules) {
  std::vector<RuleProblem> problems;
  if (rules.size() > base::kRulesMax) {
    problems.push_back({std::nullopt, RulePart::Table, 0,
                        "too many rules; accepted: at most " + std::to_string(base::kRulesMax)});
  }
  for (uint32_t i = 0; i < rules.size(); ++i) RuleChecker(rules[i], i, problems).check();
  return problems;
}

}  // namespace penstock::route
