// SPDX-License-Identifier: Apache-2.0
//
// Understands the head of one HTTP/1 response as its bytes arrive; same contract as
// request_parser.h. An interim response (1xx) is a head like any other: the caller resets the
// parser and shows the bytes behind head_bytes.
// It decides no framing. Every error means 502 to the client, see as_bad_response().
// Called by the proxy on the worker that owns the backend connection.
// Invariants: as request_parser.h; a parsed status lies in 100..599.
// RFC 9112 4-5.
#pragma once

#include "dataplane/base/bytes.h"
#include "dataplane/http/h1/head_lines.h"
#include "dataplane/http/head_limits.h"
#include "dataplane/http/message.h"
#include "dataplane/http/parse_step.h"

namespace penstock::http::h1 {

class ResponseParser {
 public:
  explicit ResponseParser(const HeadLimits& limits = kResponseHeadLimits) noexcept
      : limits_(limits) {}

  // Fills `head` in place, see RequestParser::parse().
  ParseStep parse(base::ByteSpan received, ResponseHead& head) noexcept;

  // Ready for another response.
  void reset() noexcept { *this = ResponseParser(limits_); }

 private:
  enum class Stage : uint8_t { StatusLine, Fields, Done, Failed };

  void on_line(Text line, base::ByteSpan received, ResponseHead& head) noexcept;
  void fail(ReplyReason why) noexcept;

  HeadLimits limits_;
  Stage stage_ = Stage::StatusLine;
  ReplyReason error_ = ReplyReason::None;
  LineCursor lines_;
};

}  // namespace penstock::http::h1
