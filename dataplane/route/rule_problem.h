// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a rule, or, as a warning, that it can never win.
// Values only; control adds the file and the line, for which `rule`, `part` and `item` suffice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dataplane/route/rule.h"

namespace penstock::route {

struct RuleProblem {
  std::optional<uint32_t> rule;  // its place in the span compiled; absent: the set as a whole
  RulePart part = RulePart::Table;
  uint32_t item = 0;  // which of the part's list (hosts[item], headers[item], ...)
  std::string text;
};

}  // namespace penstock::route
