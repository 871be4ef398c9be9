// SPDX-License-Identifier: Apache-2.0
//
// The answer of an incremental head parser, whatever the version of the protocol.
// Invariant: error is None exactly when state is not Error.
// Any thread.
#pragma once

#include <cstdint>

#include "dataplane/http/reason.h"

namespace penstock::http {

struct ParseStep {
  enum class State : uint8_t { NeedMore, Complete, Error };
  State state = State::NeedMore;
  ReplyReason error = ReplyReason::None;

  static constexpr ParseStep need_more() noexcept { return {}; }
  static constexpr ParseStep complete() noexcept { return {State::Complete, ReplyReason::None}; }
  static constexpr ParseStep failed(ReplyReason why) noexcept { return {State::Error, why}; }
  constexpr bool operator==(const ParseStep&) const noexcept = default;
};

}  // namespace penstock::http
