// SPDX-License-Identifier: Apache-2.0
//
// Turns parsed heads back into bytes for the other side, and makes local replies. Whatever was
// framing or hop-by-hop on the one side is dropped and written anew from a Framing, so that exactly
// one reading of the message leaves us. Fields that are kept travel byte for byte, in order.
// It decides nothing: the proxy says which framing and persistence to announce.
// Called by codec.cc on the worker that owns the exchange.
// Invariants: (1) at most one Content-Length or Transfer-Encoding, never both; (2) the version
// emitted is HTTP/1.1; (3) Host upstream is the authority that was routed.
// RFC 9112 3.2, 4, 6; RFC 9110 7.6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dataplane/base/bytes.h"
#include "dataplane/http/byte_sink.h"
#include "dataplane/http/edits.h"
#include "dataplane/http/local_reply.h"
#include "dataplane/http/message.h"

namespace penstock::http::h1 {

// `bytes` are those that were parsed into `head`.
void emit_request_head(ByteSink& sink, const RequestHead& head, base::ByteSpan bytes,
                       const RequestEdits& edits) noexcept;

// An interim response is emitted without framing or Connection, but for 101, which keeps Upgrade. A
// response to HEAD and a 304 keep the backend's Content-Length, which then describes a body that is
// not sent.
void emit_response_head(ByteSink& sink, const ResponseHead& head, base::ByteSpan bytes,
                        const ResponseEdits& edits) noexcept;

// "HTTP/1.1 100 Continue", when Penstock answers an expectation itself.
inline constexpr std::string_view kContinueHead = "HTTP/1.1 100 Continue\r\n\r\n";

// Between the payload of a chunk and the next chunk header.
inline constexpr std::string_view kChunkEnd = "\r\n";
// Behind the last chunk's kChunkEnd: the end of a chunked body without trailers.
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";
// What emit_chunk_header() needs at most: 16 digits and CRLF.
inline constexpr size_t kChunkHeaderBytesMax = 18;
// Writes "1a2b\r\n" and returns its length. `size` > 0: zero would end the body.
size_t emit_chunk_header(uint64_t size, base::MutableByteSpan room) noexcept;

// The whole response, head and body. No body in answer to HEAD or with a status that never has one.
void emit_local_reply(ByteSink& sink, const LocalReply& reply) noexcept;

}  // namespace penstock::http::h1
