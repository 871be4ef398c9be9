// SPDX-License-Identifier: Apache-2.0
#include "control/model/validate.h"

#include "control/model/findings.h"
#include "control/model/validate_parts.h"

namespace penstock::model {

Problems validate(const Configuration& configuration, const SourceMap& sources) {
  Findings findings(sources);
  validate_process(configuration, findings);
  validate_http(configuration, findings);
  validate_ports(configuration, findings);
  validate_rate_limits(configuration, findings);
  validate_network(configuration, findings);
  validate_pools(configuration, findings);
  validate_rules(configuration, findings);
  Problems problems = findings.take();
  sort_by_place(problems);
  return problems;
}

}  // namespace penstock::model
