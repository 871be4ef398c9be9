// SPDX-License-Identifier: Apache-2.0
//
// How the body of a message is delimited, decided once from its head. Two readings of one message
// are how requests are smuggled, so whatever could be read in two ways is refused; in particular
// Content-Length next to Transfer-Encoding, and Content-Length given twice even when equal.
// It reads no body bytes: body_decoder.h does.
// Called by the proxy, once per head. Refusals are ReplyReasons.
// RFC 9112 6.1-6.3 (stricter than 6.3 where that permits repair), RFC 9110 8.6.
#pragma once

#include <cstdint>

#include "dataplane/base/bytes.h"
#include "dataplane/base/result.h"
#include "dataplane/http/message.h"
#include "dataplane/http/reason.h"

namespace penstock::http {

struct Framing {
  enum class Kind : uint8_t {
    None,        // There is no body and there are no framing fields.
    Length,      // Exactly `length` bytes, which may be zero.
    Chunked,     // The chunked transfer coding.
    UntilClose,  // All bytes until the peer closes; responses only.
  };
  Kind kind = Kind::None;
  uint64_t length = 0;

  constexpr bool operator==(const Framing&) const noexcept = default;
};

inline constexpr uint64_t kContentLengthMax = (uint64_t{1} << 63) - 1;

base::Result<Framing, ReplyReason> request_framing(const RequestHead& head,
                                                   base::ByteSpan bytes) noexcept;

// For a request that was refused as ContentLengthWithTransferEncoding or ContentLengthDuplicate:
// the one reading that RFC 9112 6.3 permits, in which the transfer coding counts and equal lengths
// are one. Where one of the fields is wrong by itself, or lengths differ, it is refused here too.
base::Result<Framing, ReplyReason> repaired_request_framing(const RequestHead& head,
                                                            base::ByteSpan bytes) noexcept;

// `request_method` is that of the request answered: a response to HEAD has no body. The framing
// fields are validated even where the status says that there is none.
base::Result<Framing, ReplyReason> response_framing(Method request_method, const ResponseHead& head,
                                                    base::ByteSpan bytes) noexcept;

// How a response that a backend framed as `upstream` goes on to a client of version `client`: a
// body until close is chunked for HTTP/1.1, so that its connection can be kept and truncation
// seen; an HTTP/1.0 client never gets chunks.
constexpr Framing downstream_framing(Version client, Framing upstream) noexcept {
  switch (upstream.kind) {
    case Framing::Kind::None:
    case Framing::Kind::Length:
      return upstream;
    case Framing::Kind::Chunked:
    case Framing::Kind::UntilClose:
      break;
  }
  return {client == Version::Http11 ? Framing::Kind::Chunked : Framing::Kind::UntilClose, 0};
}

}  // namespace penstock::http
