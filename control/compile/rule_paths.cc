// SPDX-License-Identifier: Apache-2.0
#include "control/compile/rule_paths.h"

#include <optional>
#include <string>

#include "control/compile/http_translation.h"
#include "control/model/text_rules.h"
#include "dataplane/http/normal_path.h"

namespace penstock::compile {
namespace {

std::optional<std::string> why_never_seen(const std::string& path, const http::PathPolicy& policy) {
  // What does not begin so is no path, which validate has said.
  if (!path.starts_with('/')) return std::nullopt;
  std::vector<uint8_t> room(path.size());
  const http::NormalPath normal = http::normalize_path(path, policy, room);
  if (normal.refusal != http::ReplyReason::None) {
    return model::quoted(path) + " is in no request that rules see: such requests are refused (" +
           std::string(http::reply_text(normal.refusal)) + ")";
  }
  if (!normal.is_rewritten) return std::nullopt;
  return model::quoted(path) + " is not as rules see paths; accepted: its normal form " +
         model::quoted(normal.path);
}

}  // namespace

std::vector<route::RuleProblem> paths_never_seen(const model::Configuration& configuration) {
  const http::PathPolicy policy = translate(configuration.http).path;
  std::vector<route::RuleProblem> problems;
  for (uint32_t i = 0; i < configuration.rules.size(); ++i) {
    const model::PathCondition& path = configuration.rules[i].path;
    const bool is_literal = path.kind == model::PathCondition::Kind::Exact ||
                            path.kind == model::PathCondition::Kind::Prefix;
    if (!is_literal) continue;
    if (auto why = why_never_seen(path.text, policy)) {
      problems.push_back({i, route::RulePart::Path, 0, *std::move(why)});
    }
  }
  return problems;
}

}  // namespace penstock::compile
