// SPDX-License-Identifier: Apache-2.0
//
// Understands the head of one HTTP/1 request as its bytes arrive. The caller shows all bytes of the
// head received so far, from the first, contiguous; they may have moved in memory since the last
// call. The parser remembers where it stopped, so the work is linear in the size of the head.
// It decides no framing (framing.h) and no route. It accepts only what RFC 9112 lets a client
// send: no bare CR or LF, no folded line, no space before the colon, no HTTP/0.9.
// Called by the proxy on the worker that owns the connection.
// Invariants: (1) the answer does not depend on how the bytes were split; (2) after Complete the
// head is legal as message.h says; (3) after Error the connection cannot be read any further.
// RFC 9112 2-5, RFC 9110 4.2 and 7.2.
#pragma once

#include "dataplane/base/bytes.h"
#include "dataplane/http/h1/head_lines.h"
#include "dataplane/http/head_limits.h"
#include "dataplane/http/message.h"
#include "dataplane/http/parse_step.h"

namespace penstock::http::h1 {

class RequestParser {
 public:
  explicit RequestParser(const HeadLimits& limits = kRequestHeadLimits) noexcept
      : limits_(limits) {}

  // Fills `head` in place, over any number of calls: the caller owns it because 2.6 KB by value on
  // each partial answer would cost more than the parse. It is meaningful only after Complete. After
  // Error its method, target and authority are what had been understood, for whoever reports it.
  ParseStep parse(base::ByteSpan received, RequestHead& head) noexcept;

  // Ready for another request.
  void reset() noexcept { *this = RequestParser(limits_); }

 private:
  enum class Stage : uint8_t { EmptyLines, RequestLine, Fields, Done, Failed };

  void skip_empty_lines(base::ByteSpan received) noexcept;
  void on_line(Text line, base::ByteSpan received, RequestHead& head) noexcept;
  void fail(ReplyReason why) noexcept;
  void report(base::ByteSpan received, RequestHead& head) const noexcept;

  HeadLimits limits_;
  Stage stage_ = Stage::EmptyLines;
  ReplyReason error_ = ReplyReason::None;
  uint8_t empty_lines_ = 0;
  bool has_request_line_ = false;
  uint32_t begin_ = 0;  // of the request line
  LineCursor lines_;
};

}  // namespace penstock::http::h1
