// SPDX-License-Identifier: Apache-2.0
//
// Finds the end of a head in bytes that arrive in any number of pieces, without gathering them.
// Most heads arrive whole and are parsed in place; for the others this says when it is worth
// gathering, so that a peer that sends one byte at a time costs linear work and no memory.
// It judges nothing: at the first byte that looks wrong, or where a line or the head outgrows its
// limit, it says Gather, and the parser names what it is.
// Called by codec.cc on the worker that owns the connection.
// Invariant: after Gather, the parser with the same limits wants no more.
// RFC 9112 2.1, 2.2.
#pragma once

#include <cstdint>
#include <cstring>

#include "dataplane/base/bytes.h"
#include "dataplane/http/head_limits.h"

namespace penstock::http::h1 {

class HeadScanner {
 public:
  enum class Verdict : uint8_t {
    NeedMore,  // the head goes on behind the bytes seen so far
    Gather,    // the head ends, or is wrong or too large, within the bytes seen so far
  };

  // The bytes that follow those seen so far.
  Verdict scan(base::ByteSpan bytes, const HeadLimits& limits) noexcept {
    const uint8_t* at = bytes.data();
    const uint8_t* const end = at + bytes.size();
    while (at != end) {
      const auto* line_feed =
          static_cast<const uint8_t*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
      if (line_feed == nullptr) {
        add_to_line(at, end);
        break;
      }
      add_to_line(at, line_feed);
      at = line_feed + 1;
      if (last_ != '\r' || has_outgrown(limits)) return Verdict::Gather;  // bare, or beyond
      const bool is_empty_line = line_bytes_ == 1;
      line_bytes_ = 0;
      last_ = '\n';
      if (!is_empty_line) {
        seen_line_ = true;
      } else if (seen_line_ || ++empty_lines_ > kEmptyLinesMax) {
        return Verdict::Gather;
      }
    }
    if (has_outgrown(limits) || seen_ + bytes.size() >= limits.head_bytes) return Verdict::Gather;
    seen_ += bytes.size();
    return Verdict::NeedMore;
  }

  // Bytes that scan() was shown, while it said NeedMore.
  uint64_t seen() const noexcept { return seen_; }
  void reset() noexcept { *this = HeadScanner(); }

 private:
  // Enough that the parser has given its own answer before.
  static constexpr uint8_t kEmptyLinesMax = 64;

  // Of the current line all is there but its LF, at least.
  bool has_outgrown(const HeadLimits& limits) const noexcept {
    return line_bytes_ >= (seen_line_ ? limits.field_line_bytes : limits.first_line_bytes);
  }

  void add_to_line(const uint8_t* begin, const uint8_t* end) noexcept {
    if (begin == end) return;
    line_bytes_ += static_cast<uint64_t>(end - begin);
    last_ = end[-1];
  }

  uint64_t seen_ = 0;
  uint64_t line_bytes_ = 0;
  uint8_t last_ = 0;
  uint8_t empty_lines_ = 0;
  bool seen_line_ = false;
};

}  // namespace penstock::http::h1
