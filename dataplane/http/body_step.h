// SPDX-License-Identifier: Apache-2.0
//
// What a body decoder found in the bytes it was shown: framing bytes to drop, then payload to pass
// on. It speaks in counts, so that the caller can move the payload as slices without copying.
// Called on the worker that owns the exchange.
// Invariants: (1) skip + data <= the size of the input; (2) NeedMore accounts for all of the input
// with data == 0; (3) Data has data > 0; (4) data > 0 implies Data or End.
#pragma once

#include <cstdint>

#include "dataplane/http/reason.h"

namespace penstock::http {

struct BodyStep {
  enum class State : uint8_t {
    NeedMore,  // Nothing but framing so far; show the bytes that come next.
    Data,      // Take `data` bytes behind the skipped ones; show the rest in another step.
    End,       // As Data, but `data` may be zero and the body is over; the rest is another message.
    Error,     // The body is malformed, see `error`; the connection cannot be used any further.
  };
  State state = State::NeedMore;
  ReplyReason error = ReplyReason::None;
  uint32_t skip = 0;
  uint32_t data = 0;
};

}  // namespace penstock::http
