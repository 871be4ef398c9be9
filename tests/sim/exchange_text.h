// SPDX-License-Identifier: Apache-2.0
//
// An exchange as HTTP says it: the request that a simulated client sends, and the pieces in which a
// simulated backend answers. The target carries the whole plan, so that a backend needs no memory:
//   /ANSWER/ID/ANSWER_BYTES/PARTS/PAUSE_US/REQUEST_BYTES
// Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/scenario.h"

namespace penstock::testing {

std::string target_of(const ExchangePlan& exchange);
// What target_of() says; the framing of the request is not in it. Another target is a failed CHECK.
ExchangePlan exchange_of(std::string_view target);

std::string request_text(const ExchangePlan& exchange);
// In the order in which they are written; after the last of them the backend does what
// exchange.answer says. `backend` is its name.
std::vector<std::string> answer_parts(const ExchangePlan& exchange, std::string_view backend);

}  // namespace penstock::testing
