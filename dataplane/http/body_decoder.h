// SPDX-License-Identifier: Apache-2.0
//
// Follows one body to its end, however it is framed, and tells payload from framing.
// It holds no bytes. A body that is complete from the start (no body, length zero) needs no step.
// Called by the proxy on the worker that owns the exchange, for either direction.
// Invariant: after is_complete() or an Error, further steps consume nothing.
// RFC 9112 6-8.
#pragma once

#include <cstdint>

#include "dataplane/base/bytes.h"
#include "dataplane/http/body_step.h"
#include "dataplane/http/framing.h"
#include "dataplane/http/h1/chunk_decoder.h"

namespace penstock::http {

class BodyDecoder {
 public:
  // Without a framing: no body, complete.
  BodyDecoder() noexcept = default;
  explicit BodyDecoder(Framing framing) noexcept
      : kind_(framing.kind),
        complete_(framing.kind == Framing::Kind::None ||
                  (framing.kind == Framing::Kind::Length && framing.length == 0)),
        remaining_(framing.length) {}

  BodyStep step(base::ByteSpan input) noexcept;

  bool is_complete() const noexcept { return complete_; }

  enum class Closed : uint8_t { Complete, Truncated };
  // The peer sent its last byte. Ends a body that runs until then; truncates any other one.
  Closed on_peer_closed() noexcept;

  // Payload seen so far, without framing.
  uint64_t payload_bytes() const noexcept { return payload_bytes_; }
  // There were fields behind the body, and they are discarded.
  bool has_trailers() const noexcept { return chunks_.has_trailers(); }

 private:
  BodyStep step_length(base::ByteSpan input) noexcept;

  Framing::Kind kind_ = Framing::Kind::None;
  bool complete_ = true;
  uint64_t remaining_ = 0;
  uint64_t payload_bytes_ = 0;
  h1::ChunkDecoder chunks_;
};

}  // namespace penstock::http
