// SPDX-License-Identifier: Apache-2.0
//
// A rule's further conditions: method, headers, query, source. Host and path have been matched
// before, all rules at once, by rule_table.h.
// first_failed() runs on workers and does not allocate; the texts are for control's explain.
#pragma once

#include <cstdint>
#include <string>

#include "dataplane/route/request_view.h"
#include "dataplane/route/rule.h"

namespace penstock::route {

struct FailedCondition {
  RulePart part = RulePart::None;  // None: all hold
  uint32_t item = 0;               // which header or query condition
};

// The cheap ones are asked first.
FailedCondition first_failed(const Rule& rule, const RequestView& request) noexcept;

// "the method is not one of GET HEAD". `host_item` says which of the rule's hosts is meant.
std::string failure_text(const Rule& rule, uint32_t host_item, FailedCondition failed);

}  // namespace penstock::route
