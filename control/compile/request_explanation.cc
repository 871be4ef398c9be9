// SPDX-License-Identifier: Apache-2.0
#include "control/compile/request_explanation.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "control/compile/described_head.h"
#include "control/compile/http_translation.h"
#include "control/model/text_rules.h"
#include "dataplane/balance/key.h"

namespace penstock::compile {
namespace {

std::string sentence_of(const RequestDescription& request) {
  std::string text = request.method + " http://" + request.host;
  if (request.port != 80) text += ":" + std::to_string(request.port);
  text += request.path;
  if (!request.query.empty()) text += "?" + request.query;
  return text + " from " + request.source.format();
}

// The listener that a client of this URL meets: the one with its port, else the first.
std::optional<size_t> listener_for(const model::Configuration& configuration, uint16_t port) {
  const auto& listeners = configuration.listeners;
  if (listeners.empty()) return std::nullopt;
  const auto place = std::find_if(listeners.begin(), listeners.end(),
                                  [&](const model::Listener& l) { return l.address.port == port; });
  return place == listeners.end() ? 0 : static_cast<size_t>(place - listeners.begin());
}

std::string key_text(const balance::KeySource& key) {
  switch (key.kind) {
    case balance::KeySource::Kind::Path:
      return "path";
    case balance::KeySource::Kind::Header:
      return "header " + key.name;
    case balance::KeySource::Kind::Cookie:
      return "cookie " + key.name;
    case balance::KeySource::Kind::SourceAddress:
      break;
  }
  return "source address";
}

struct Key {
  std::string name;
  std::string value;
  uint64_t hash = 0;
};

// Follows key.h: a header or cookie that is missing or empty leaves the source address.
Key key_of(const balance::KeySource& source, const route::RequestView& request) {
  const balance::KeyMaterial material{request.source, request.path,
                                      balance::key_field(source, *request.fields)};
  Key key{key_text(source), request.source.format(), balance::hash_key(source, material)};
  std::optional<std::string_view> value;
  if (source.kind == balance::KeySource::Kind::Path) value = material.path;
  if (source.kind == balance::KeySource::Kind::Header) value = material.field;
  if (source.kind == balance::KeySource::Kind::Cookie && material.field) {
    value = balance::cookie_value(*material.field, source.name);
  }
  if (value && !value->empty()) {
    key.value = std::string(*value);
  } else if (!balance::key_field_name(source).empty()) {
    key.name += " is missing: source address";
  }
  return key;
}

ExplainedPool explain_pool(const balance::Pool& pool, const route::RequestView& request) {
  ExplainedPool explained;
  explained.name = pool.name();
  const bool is_maglev = pool.policy() == balance::Policy::Maglev;
  explained.policy = is_maglev ? "maglev" : "round_robin";
  for (const balance::Backend& backend : pool.backends()) {
    explained.backends.push_back({backend.name, backend.endpoint.format(), backend.weight,
                                  backend.state == balance::Backend::State::Draining});
  }
  if (is_maglev) {
    Key key = key_of(pool.key(), request);
    explained.key = std::move(key.name);
    explained.key_value = std::move(key.value);
    explained.key_hash = key.hash;
  }
  if (!pool.takes_work()) {
    explained.why = "no backend takes work: the answer is 503 no_backend";
  } else if (is_maglev) {
    balance::Pool copy = pool.for_worker(0);
    explained.chosen = copy.pick(explained.key_hash, balance::Avoid{})->name;
    explained.why = "the key's hash selects it, on every worker and node alike";
  } else {
    explained.why = "each worker gives its requests out in turn, by weight";
  }
  return explained;
}

// The part of the explanation that follows from the rule that won.
void explain_action(const route::Rule& rule, const Blueprint& blueprint,
                    const route::RequestView& request, RequestExplanation& explanation) {
  if (const auto* forward = std::get_if<route::Forward>(&rule.action)) {
    const balance::Pool& pool = *blueprint.pools[forward->pool].prototype;
    explanation.outcome = "forward to pool " + pool.name();
    explanation.pool = explain_pool(pool, request);
  } else if (const auto* response = std::get_if<route::FixedResponse>(&rule.action)) {
    explanation.outcome = "respond " + std::to_string(response->status);
  } else {
    const auto& redirect = std::get<route::Redirect>(rule.action);
    explanation.outcome = "redirect " + std::to_string(redirect.status);
  }
}

nlohmann::json to_json(const ExplainedPool& pool) {
  nlohmann::json backends = nlohmann::json::array();
  for (const ExplainedBackend& backend : pool.backends) {
    backends.push_back({{"name", backend.name},
                        {"address", backend.address},
                        {"weight", backend.weight},
                        {"state", backend.is_draining ? "draining" : "active"}});
  }
  nlohmann::json json = {{"name", pool.name}, {"policy", pool.policy}, {"backends", backends},
                         {"why", pool.why},   {"backend", nullptr},    {"key", nullptr}};
  if (pool.chosen) json["backend"] = *pool.chosen;
  if (!pool.key.empty()) {
    json["key"] = {{"source", pool.key}, {"value", pool.key_value}, {"hash", pool.key_hash}};
  }
  return json;
}

}  // namespace

RequestExplanation explain(const Blueprint& blueprint, const RequestDescription& request) {
  RequestExplanation explanation;
  explanation.request = sentence_of(request);
  explanation.outcome = "404 no_rule";
  const auto listener = listener_for(blueprint.configuration, request.port);
  if (!listener) return explanation;
  explanation.listener = blueprint.configuration.listeners[*listener].name;

  // A source that nobody has named is not judged.
  const SharedAccess& access = blueprint.access[*listener].list;
  if (access != nullptr && !request.source.is_unspecified() && !access->admits(request.source)) {
    explanation.outcome = "no answer: the listener does not admit this source";
    return explanation;
  }

  const DescribedHead head(request, translate(blueprint.configuration.http));
  if (head.refusal() != http::ReplyReason::None) {
    explanation.outcome = std::to_string(http::reply_status(head.refusal())) + " " +
                          std::string(http::reply_text(head.refusal()));
    return explanation;
  }
  const base::PrefixSet trusted(blueprint.configuration.forwarding.trusted_proxies);
  const route::RequestView view = head.view(head.client(request.source, trusted));
  explanation.path = view.path;
  explanation.deviations = head.deviations();
  const uint32_t index = blueprint.rules->table_of_listener[*listener];
  const route::RuleTable& table = *blueprint.rules->tables[index].table;
  route::Scratch scratch;
  scratch.grow_for(table);
  const route::Explanation found = table.explain(view, scratch);
  for (const route::ConsideredRule& considered : found.considered) {
    const bool wins = considered.failed == route::RulePart::None;
    explanation.considered.push_back({table.rules()[considered.rule].name,
                                      wins ? "all conditions hold: it wins" : considered.text});
  }
  if (!found.winner) return explanation;
  const route::Rule& rule = table.rules()[*found.winner];
  explanation.rule = rule.name;
  explain_action(rule, blueprint, view, explanation);
  if (rule.request_rate) {
    explanation.outcome +=
        ", as far as rate limit " +
        model::quoted(blueprint.configuration.rate_limits[*rule.request_rate].name) + " allows";
  }
  return explanation;
}

nlohmann::json to_json(const RequestExplanation& explanation) {
  nlohmann::json considered = nlohmann::json::array();
  for (const ConsideredRule& rule : explanation.considered) {
    considered.push_back({{"rule", rule.name}, {"verdict", rule.verdict}});
  }
  nlohmann::json json = {{"request", explanation.request},
                         {"listener", explanation.listener},
                         {"path", explanation.path},
                         {"deviations", explanation.deviations},
                         {"considered", considered},
                         {"outcome", explanation.outcome},
                         {"rule", nullptr},
                         {"pool", nullptr}};
  if (explanation.rule) json["rule"] = *explanation.rule;
  if (explanation.pool) json["pool"] = to_json(*explanation.pool);
  return json;
}

}  // namespace penstock::compile
