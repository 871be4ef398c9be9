// SPDX-License-Identifier: Apache-2.0
//
// Tells payload from framing in a chunked body, over any split of the input, without keeping bytes.
// Chunk extensions and trailer fields are checked, bounded and discarded: an intermediary may, and
// what is not forwarded cannot be misread behind us. Extensions are bounded in each line, and in
// all of a body by what its payload would pay for: they are work that no limit of a body counts.
// Called by body_decoder.cc on the worker that owns the exchange.
// Invariants: (1) as body_step.h; (2) payload, End and Error do not depend on the split; (3) bare
// line feeds are refused everywhere.
// RFC 9112 7.1 and 7.1.1-7.1.3.
#pragma once

#include <cstdint>

#include "dataplane/base/bytes.h"
#include "dataplane/http/body_step.h"

namespace penstock::http::h1 {

class ChunkDecoder {
 public:
  BodyStep step(base::ByteSpan input) noexcept;

  // Trailer fields have come, and are discarded.
  bool has_trailers() const noexcept { return trailer_bytes_ > kNoTrailerBytes; }

 private:
  static constexpr uint32_t kNoTrailerBytes = 2;  // the CRLF that ends the body

  enum class State : uint8_t {
    SizeFirst,       // The first hex digit of a chunk size.
    Size,            // Further digits, or what ends them.
    SpaceAfterSize,  // Bad white space, legal only before an extension.
    Extension,       // Behind the semicolon, to the end of the line.
    SizeLineFeed,    // The LF that ends the size line.
    Data,            // Payload.
    DataReturn,      // The CR behind the payload.
    DataLineFeed,    // Its LF.
    TrailerFirst,    // The first byte of a trailer line, or the CR of the last line.
    TrailerName,
    TrailerValue,
    TrailerLineFeed,  // The LF that ends a trailer field.
    LastLineFeed,     // The LF that ends the body.
    Done,
    Failed,
  };

  // Each consumes one byte of framing; None when it is legal here.
  ReplyReason on_size_byte(uint8_t byte) noexcept;
  ReplyReason on_data_end_byte(uint8_t byte) noexcept;
  ReplyReason on_trailer_byte(uint8_t byte) noexcept;
  ReplyReason on_framing_byte(uint8_t byte) noexcept;
  ReplyReason add_digit(uint8_t byte) noexcept;
  ReplyReason end_of_size_digits(uint8_t byte) noexcept;
  ReplyReason on_size_line() noexcept;

  State state_ = State::SizeFirst;
  ReplyReason error_ = ReplyReason::None;
  uint32_t line_bytes_ = 0;     // Of the current size line.
  uint32_t excess_bytes_ = 0;   // Of all size lines, less what their chunks paid for.
  uint32_t trailer_bytes_ = 0;  // Of the whole trailer section.
  uint64_t chunk_left_ = 0;     // The size while it is read, then the payload still to come.
};

}  // namespace penstock::http::h1
