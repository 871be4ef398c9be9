// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/body_decoder.h"

#include <algorithm>

#include "dataplane/base/check.h"

namespace penstock::http {

BodyStep BodyDecoder::step(base::ByteSpan input) noexcept {
  DCHECK(input.size() <= UINT32_MAX);
  if (complete_) return {BodyStep::State::End, ReplyReason::None, 0, 0};
  BodyStep step;
  switch (kind_) {
    case Framing::Kind::None:
      break;  // Complete from the start.
    case Framing::Kind::Length:
      step = step_length(input);
      break;
    case Framing::Kind::Chunked:
      step = chunks_.step(input);
      break;
    case Framing::Kind::UntilClose:
      step.data = static_cast<uint32_t>(input.size());
      step.state = step.data > 0 ? BodyStep::State::Data : BodyStep::State::NeedMore;
      break;
  }
  payload_bytes_ += step.data;
  complete_ = step.state == BodyStep::State::End;
  return step;
}

BodyStep BodyDecoder::step_length(base::ByteSpan input) noexcept {
  const auto data = static_cast<uint32_t>(std::min<uint64_t>(remaining_, input.size()));
  remaining_ -= data;
  if (remaining_ == 0) return {BodyStep::State::End, ReplyReason::None, 0, data};
  const auto state = data > 0 ? BodyStep::State::Data : BodyStep::State::NeedMore;
  return {state, ReplyReason::None, 0, data};
}

BodyDecoder::Closed BodyDecoder::on_peer_closed() noexcept {
  if (kind_ == Framing::Kind::UntilClose) complete_ = true;
  return complete_ ? Closed::Complete : Closed::Truncated;
}

}  // namespace penstock::http
