// SPDX-License-Identifier: Apache-2.0
//
// What an exchange needs of the bytes of one HTTP version: heads read, heads written, and how a
// body is framed. A client's connection and a pool's backends each have their codec, so that an
// exchange serves any version on either side and knows none.
// It keeps nothing but which protocol is spoken: what is known of a head that has come in part is
// a HeadProgress, what is known of a body is a BodyDecoder or a BodyEncoder.
// Called by the proxy on the worker that owns the connection.
// Invariant: each function is a switch over all protocols, without default, so that the compiler
// names every place that a further one has to fill.
#pragma once

#include <cstdint>

#include "dataplane/base/bytes.h"
#include "dataplane/http/byte_sink.h"
#include "dataplane/http/edits.h"
#include "dataplane/http/framing.h"
#include "dataplane/http/head_limits.h"
#include "dataplane/http/head_progress.h"
#include "dataplane/http/local_reply.h"
#include "dataplane/http/message.h"
#include "dataplane/http/parse_step.h"

namespace penstock::http {

enum class Protocol : uint8_t { Http1 };

class Codec {
 public:
  constexpr Codec() noexcept = default;
  constexpr explicit Codec(Protocol protocol) noexcept : protocol_(protocol) {}

  // --- What arrives. `received` begins with the head and goes on for as long as is known; the
  // whole of it is looked at. The head is filled in place and meaningful only after Complete;
  // after Error a request's method, target and authority are what had been understood.
  ParseStep parse_head(base::ByteSpan received, const HeadLimits& limits,
                       RequestHead& head) const noexcept;
  ParseStep parse_head(base::ByteSpan received, const HeadLimits& limits,
                       ResponseHead& head) const noexcept;
  // The same in pieces that nobody has gathered: `news` follows what was shown before. Says when
  // parse_head() will have an answer to all of it.
  HeadProgress::Verdict look_at(HeadProgress& progress, base::ByteSpan news,
                                const HeadLimits& limits) const noexcept;

  // --- What leaves. `bytes` are those that were parsed into `head`, by whichever codec.
  void emit_request_head(ByteSink& sink, const RequestHead& head, base::ByteSpan bytes,
                         const RequestEdits& edits) const noexcept;
  // An interim head too, then without framing and persistence, but for 101.
  void emit_response_head(ByteSink& sink, const ResponseHead& head, base::ByteSpan bytes,
                          const ResponseEdits& edits) const noexcept;
  // 100 (Continue), when Penstock answers an expectation itself.
  void emit_continue(ByteSink& sink) const noexcept;
  // The whole response, head and body.
  void emit_local_reply(ByteSink& sink, const LocalReply& reply) const noexcept;

  // How a body that arrives framed like this leaves by a connection of this protocol.
  Framing request_framing(Framing arriving) const noexcept;
  Framing response_framing(Version client, Framing arriving) const noexcept;

 private:
  Protocol protocol_ = Protocol::Http1;
};

}  // namespace penstock::http
