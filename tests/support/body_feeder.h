// SPDX-License-Identifier: Apache-2.0
//
// Feeds pieces to a body decoder by the contract of dataplane/http/body_step.h and gathers what a
// caller would see. It checks the contract's invariants on the way.
#pragma once

#include <cstdint>
#include <string>

#include "dataplane/base/bytes.h"
#include "dataplane/base/check.h"
#include "dataplane/http/body_step.h"
#include "tests/support/every_split.h"

namespace penstock::support {

struct FedBody {
  std::string payload;
  http::BodyStep::State state = http::BodyStep::State::NeedMore;
  http::ReplyReason error = http::ReplyReason::None;
  size_t consumed = 0;  // Bytes of the input up to the end of the body or the error.

  bool operator==(const FedBody&) const = default;
};

template <class Decoder>
FedBody feed_body(Decoder& decoder, const Pieces& pieces) {
  using State = http::BodyStep::State;
  FedBody result;
  for (const Piece& piece : pieces) {
    base::ByteSpan rest(piece);
    while (!rest.empty()) {
      const http::BodyStep step = decoder.step(rest);
      CHECK(uint64_t{step.skip} + step.data <= rest.size());
      CHECK(step.state != State::NeedMore || (step.skip == rest.size() && step.data == 0));
      CHECK(step.state != State::Data || step.data > 0);
      CHECK(step.state != State::Error || step.error != http::ReplyReason::None);
      result.payload += base::as_text(rest.subspan(step.skip, step.data));
      result.consumed += step.skip + step.data;
      rest = rest.subspan(step.skip + step.data);
      result.state = step.state == State::Data ? State::NeedMore : step.state;
      result.error = step.error;
      if (step.state == State::End || step.state == State::Error) return result;
    }
  }
  return result;
}

}  // namespace penstock::support
