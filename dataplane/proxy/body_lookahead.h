// SPDX-License-Identifier: Apache-2.0
//
// Looks through a body that waits in a receive queue, to say whether all of it has come. It takes
// nothing out: what waits there is bounded by the connection's window, and is moved by a body pump
// when the waiting is over.
// Called by the conductor on the worker that owns the exchange.
// Invariant: each byte is looked at once. RFC 9112 6-8.
#pragma once

#include <cstdint>

#include "dataplane/http/body_decoder.h"
#include "dataplane/http/framing.h"
#include "dataplane/nic/slice.h"

namespace penstock::proxy {

class BodyLookahead {
 public:
  BodyLookahead() noexcept = default;
  explicit BodyLookahead(http::Framing arriving) noexcept : decoder_(arriving) {}

  enum class Verdict : uint8_t {
    Incomplete,
    Complete,
    Malformed,  // the pump that moves it will say why
  };
  // The body begins behind the first `head_bytes` of the queue, whose front stays where it is from
  // one call to the next.
  Verdict look(const nic::SliceQueue& received, uint32_t head_bytes) noexcept;
  // The peer closed its side: that ends a body which runs until then.
  Verdict on_source_closed() noexcept;

 private:
  bool step(base::ByteSpan news) noexcept;

  http::BodyDecoder decoder_;
  uint64_t seen_ = 0;  // bytes of the body, framing included
};

}  // namespace penstock::proxy
