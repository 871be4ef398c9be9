// SPDX-License-Identifier: Apache-2.0
//
// What surrounds the payload of a body that leaves: the bytes before each piece, and those at the
// end, as its framing wants them. The counterpart of body_decoder.h, which reads them.
// It holds no payload: a body moves as slices, and only these few bytes are written beside it.
// Called by the proxy on the worker that owns the exchange, for either direction.
// Invariant: before_piece() and at_end() change nothing, so that who finds no buffer for what they
// say can ask again.
// RFC 9112 7.1 (chunks).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dataplane/base/bytes.h"
#include "dataplane/http/framing.h"

namespace penstock::http {

// A few bytes by value.
struct FramingBytes {
  // The end of a chunk, and the header of the next one.
  static constexpr size_t kBytesMax = 20;

  // Only those bytes are set that are said.
  FramingBytes() noexcept {}

  std::string_view text() const noexcept {
    return base::as_text(base::ByteSpan(bytes).first(size));
  }

  std::array<uint8_t, kBytesMax> bytes;
  size_t size = 0;
};

class BodyEncoder {
 public:
  // Without a framing: no body.
  BodyEncoder() noexcept = default;
  explicit BodyEncoder(Framing::Kind kind) noexcept : kind_(kind) {}

  Framing::Kind kind() const noexcept { return kind_; }
  // There are bytes in front of each piece.
  bool marks_pieces() const noexcept {
    switch (kind_) {
      case Framing::Kind::Chunked:
        return true;
      case Framing::Kind::None:
      case Framing::Kind::Length:
      case Framing::Kind::UntilClose:
        break;
    }
    return false;
  }

  // There are bytes at the end, even of an empty body.
  bool marks_end() const noexcept { return marks_pieces(); }

  // In front of `payload_bytes` > 0 of the body.
  FramingBytes before_piece(uint64_t payload_bytes) const noexcept;
  // Such a piece has been written, with the bytes in front of it.
  void on_piece() noexcept { has_pieces_ = true; }
  // Behind the last piece.
  FramingBytes at_end() const noexcept;

 private:
  Framing::Kind kind_ = Framing::Kind::None;
  bool has_pieces_ = false;
};

}  // namespace penstock::http
