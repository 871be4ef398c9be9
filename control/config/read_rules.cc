// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "control/config/read_configuration.h"

namespace penstock::config {

namespace {

using model::PathCondition;

constexpr std::array<PathCondition::Kind, 3> kPathKinds = {
    PathCondition::Kind::Exact, PathCondition::Kind::Prefix, PathCondition::Kind::Regex};

PathCondition read_path(Section& section) {
  PathCondition result;
  for (const PathCondition::Kind kind : kPathKinds) {
    const char* key = model::path_condition_key(kind);
    const std::optional<std::string> text = section.optional_text(key);
    if (!text) continue;
    if (result.kind == PathCondition::Kind::Any) {
      result = {kind, *text};
      continue;
    }
    section.add_problem(key, std::string("stands beside ") +
                                 model::path_condition_key(result.kind) +
                                 "; accepted: one of path, path_prefix, path_regex");
  }
  return result;
}

std::vector<model::NamedCondition> read_named(Section& section, std::string_view key,
                                              std::string_view name_accepted) {
  std::vector<model::NamedCondition> conditions;
  for (Section& element : section.sections(key, Presence::Optional)) {
    model::NamedCondition condition;
    condition.name = element.required_text("name", name_accepted);
    condition.value = element.optional_text("value");
    element.finish();
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

model::Respond read_respond(Section section) {
  model::Respond respond;
  respond.status = section.number("status", model::kRespondStatusRange, respond.status);
  respond.content_type = section.text("content_type", respond.content_type);
  respond.body = section.text("body", respond.body);
  section.finish();
  return respond;
}

model::Redirect read_redirect(Section section) {
  model::Redirect redirect;
  redirect.status = section.number("status", model::kRedirectStatusRange, redirect.status);
  redirect.scheme = section.optional_text("scheme");
  redirect.host = section.optional_text("host");
  if (const auto port = section.read_number("port", model::kTcpPortRange)) {
    redirect.port = static_cast<uint16_t>(*port);
  }
  redirect.path = section.optional_text("path");
  redirect.path_prefix = section.optional_text("path_prefix");
  section.finish();
  return redirect;
}

model::Action read_action(Section& section) {
  constexpr std::string_view kOneOf = "exactly one of forward, respond, redirect";
  const int written =
      int{section.has("forward")} + int{section.has("respond")} + int{section.has("redirect")};
  if (written == 0) section.add_problem("", "no action; accepted: " + std::string(kOneOf));
  if (written > 1) section.add_problem("", "several actions; accepted: " + std::string(kOneOf));
  model::Action action;
  if (const auto pool = section.optional_text("forward")) {
    if (pool->empty()) {
      section.add_problem("forward", "\"\" is not accepted; accepted: the name of a pool");
    }
    action = model::Forward{*pool};
  }
  if (auto respond = section.section("respond")) action = read_respond(*respond);
  if (auto redirect = section.section("redirect")) action = read_redirect(*redirect);
  return action;
}

model::Rule read_rule(Section section) {
  model::Rule rule;
  rule.name = section.text("name", section.path());
  rule.listeners = section.texts("listeners");
  if (const auto priority = section.read_number("priority", model::kPriorityRange)) {
    rule.priority = static_cast<int32_t>(*priority);
  }
  rule.hosts = section.texts("hosts");
  rule.path = read_path(section);
  rule.methods = section.texts("methods");
  rule.headers = read_named(section, "headers", "the name of a header such as \"X-Tenant\"");
  rule.query = read_named(section, "query", "the name of a query parameter");
  rule.sources = section.prefixes("sources", Presence::Optional);
  rule.except_sources = section.prefixes("except_sources", Presence::Optional);
  rule.request_rate = section.text("request_rate", "");
  rule.action = read_action(section);
  section.finish();
  return rule;
}

}  // namespace

void read_rules(Section& top, model::Configuration& configuration) {
  for (Section& section : top.sections("rules", Presence::Optional)) {
    configuration.rules.push_back(read_rule(section));
  }
}

}  // namespace penstock::config
