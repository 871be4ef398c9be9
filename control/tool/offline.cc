// SPDX-License-Identifier: Apache-2.0
#include "control/tool/offline.h"

#include "control/compile/blueprint.h"
#include "control/compile/configuration_check.h"
#include "control/compile/request_description.h"
#include "control/compile/request_explanation.h"

namespace penstock::tool {
namespace {

Lines lines_of(const model::Problems& problems) {
  Lines lines;
  for (const model::Problem& problem : problems) lines.push_back(problem.format());
  return lines;
}

}  // namespace

base::Result<Lines, Lines> check_offline(const std::string& file) {
  const compile::Checked checked = compile::check_file(file);
  if (!checked.ok()) return base::Failure{lines_of(checked.problems)};
  return lines_of(checked.warnings);
}

Answer explain_offline(const std::string& file, const RequestWords& words) {
  const compile::Checked checked = compile::check_file(file);
  if (!checked.ok()) return base::Failure{lines_of(checked.problems)};
  const auto request =
      compile::describe_request(words.method, words.url, words.fields, words.source);
  if (!request.ok()) return base::Failure{Lines{request.error()}};
  const auto blueprint = compile::compile(checked.configuration, checked.sources, nullptr);
  if (!blueprint.ok()) return base::Failure{lines_of(blueprint.error())};
  return compile::to_json(compile::explain(*blueprint, *request));
}

}  // namespace penstock::tool
