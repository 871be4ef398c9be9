// SPDX-License-Identifier: Apache-2.0
#include "control/admin/admin_json.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace penstock::admin {
namespace {

using nlohmann::json;

// Reads the keys of one JSON object and collects what is wrong with them.
class Body {
 public:
  Body(const std::string& text, std::initializer_list<std::string_view> known)
      : value_(json::parse(text, nullptr, false)) {
    if (!value_.is_object()) {
      add("", "the body is not a JSON object");
      value_ = json::object();
    }
    for (const auto& item : value_.items()) {
      if (std::find(known.begin(), known.end(), item.key()) != known.end()) continue;
      std::string accepted;
      for (const std::string_view key : known) {
        accepted += (accepted.empty() ? "" : ", ") + std::string(key);
      }
      add(item.key(), "unknown key; accepted: " + accepted);
    }
  }

  std::optional<std::string> text(const char* key) {
    const auto place = value_.find(key);
    if (place == value_.end()) return std::nullopt;
    if (place->is_string()) return place->get<std::string>();
    add(key, "is not a text");
    return std::nullopt;
  }

  std::optional<uint32_t> number(const char* key, uint32_t most) {
    const auto place = value_.find(key);
    if (place == value_.end()) return std::nullopt;
    if (place->is_number_unsigned() && place->get<uint64_t>() <= most) {
      return place->get<uint32_t>();
    }
    add(key, place->dump() + " is not accepted; accepted: 0 to " + std::to_string(most));
    return std::nullopt;
  }

  void add(std::string path, std::string text) {
    problems_.push_back({"", 0, std::move(path), std::move(text)});
  }
  const model::Problems& problems() const { return problems_; }

 private:
  json value_;
  model::Problems problems_;
};

}  // namespace

base::Result<model::Backend, model::Problems> parse_new_backend(const std::string& body) {
  Body fields(body, {"address", "name", "weight"});
  model::Backend backend;
  const std::optional<std::string> address = fields.text("address");
  const auto endpoint = address ? base::Endpoint::parse(*address) : std::nullopt;
  if (endpoint) {
    backend.address = *endpoint;
  } else if (address) {
    fields.add("address", "\"" + *address + "\" is not an address; accepted: ADDRESS:PORT");
  } else if (fields.problems().empty()) {
    fields.add("address", "missing; accepted: ADDRESS:PORT");
  }
  if (const auto name = fields.text("name")) backend.name = *name;
  if (const auto weight = fields.number("weight", base::kBackendWeightMax)) {
    backend.weight = *weight;
  }
  if (!fields.problems().empty()) return base::Failure{fields.problems()};
  return backend;
}

base::Result<BackendChange, model::Problems> parse_backend_change(const std::string& body) {
  Body fields(body, {"weight", "state"});
  BackendChange change;
  change.weight = fields.number("weight", base::kBackendWeightMax);
  if (const auto state = fields.text("state")) {
    if (*state == "active") change.state = model::BackendState::Active;
    if (*state == "draining") change.state = model::BackendState::Draining;
    if (!change.state) {
      fields.add("state", "\"" + *state + "\" is not accepted; accepted: active, draining");
    }
  }
  if (fields.problems().empty() && !change.weight && !change.state) {
    fields.add("", "nothing to change; accepted: weight, state");
  }
  if (!fields.problems().empty()) return base::Failure{fields.problems()};
  return change;
}

json to_json(const Change& change) {
  json warnings = json::array();
  for (const model::Problem& warning : change.warnings) warnings.push_back(warning.format());
  return {{"generation", change.generation},
          {"live", change.live == publish::Live::Everywhere},
          {"took_ms", static_cast<double>(change.took.us()) / 1000.0},
          {"runtime_changes_replaced", change.runtime_changes_replaced},
          {"warnings", warnings}};
}

json problems_json(const model::Problems& problems) {
  json list = json::array();
  for (const model::Problem& problem : problems) {
    list.push_back({{"file", problem.file},
                    {"line", problem.line},
                    {"path", problem.path},
                    {"text", problem.text}});
  }
  return {{"problems", list}};
}

}  // namespace penstock::admin
