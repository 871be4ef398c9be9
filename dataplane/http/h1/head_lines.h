// SPDX-License-Identifier: Apache-2.0
//
// What request and response heads have in common: finding the next line in bytes that grow, within
// limits, and understanding one field line.
// It knows nothing of request lines or status lines.
// Called by request_parser.cc and response_parser.cc on the worker that owns the exchange.
// Invariants: (1) each byte is searched for a line end once, however the bytes are split; (2) the
// answer depends on the bytes alone and not on how they were split.
// RFC 9112 2.2 (lines), 5 (fields).
#pragma once

#include <cstdint>
#include <string_view>

#include "dataplane/base/bytes.h"
#include "dataplane/http/headers.h"
#include "dataplane/http/reason.h"

namespace penstock::http::h1 {

struct LineLimit {
  uint32_t line_bytes_max;  // With its CRLF.
  ReplyReason too_long;
  uint32_t head_bytes_max;
};

class LineCursor {
 public:
  enum class State : uint8_t { NeedMore, Line, Error };
  struct Step {
    State state;
    ReplyReason error;
    Text line;  // Without its CRLF.
  };
  Step next(base::ByteSpan received, const LineLimit& limit) noexcept;

  // Takes one field line that is all there and all right, name and value at once, which is what
  // nearly every line is. False, and nothing done, for anything else: next() and add_field_line()
  // then say what it is.
  [[nodiscard]] bool take_field_line(base::ByteSpan received, const LineLimit& limit,
                                     FieldTable& fields) noexcept;

  // All such lines from here on; true when the empty line that ends a head followed, and was taken.
  // One call a head, in which the lines cost none.
  [[nodiscard]] bool take_field_lines(base::ByteSpan received, const LineLimit& limit,
                                      FieldTable& fields) noexcept;
  // Takes the empty line that ends a head, likewise.
  [[nodiscard]] bool take_empty_line(base::ByteSpan received, const LineLimit& limit) noexcept {
    const size_t next = size_t{line_start_} + 2;
    if (searched_ != line_start_ || next > received.size() || next > limit.head_bytes_max ||
        received[line_start_] != '\r' || received[line_start_ + 1] != '\n') {
      return false;
    }
    skip_to(static_cast<uint32_t>(next));
    return true;
  }

  // Where the next line begins: behind all lines returned so far.
  uint32_t position() const noexcept { return line_start_; }
  // Steps over bytes that belong to no line.
  void skip_to(uint32_t position) noexcept { line_start_ = searched_ = position; }

 private:
  uint32_t line_start_ = 0;
  uint32_t searched_ = 0;  // No line feed in [line_start_, searched_).
};

// Field values and reason phrases: None, or what is wrong with a byte of it.
ReplyReason check_value(std::string_view value) noexcept;

// Understands one non-empty field line and adds it to the table; None when all is well.
ReplyReason add_field_line(Text line, base::ByteSpan received, FieldTable& fields) noexcept;

}  // namespace penstock::http::h1
