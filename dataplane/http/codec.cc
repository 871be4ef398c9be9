// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/codec.h"

#include "dataplane/base/check.h"
#include "dataplane/http/h1/request_parser.h"
#include "dataplane/http/h1/response_parser.h"
#include "dataplane/http/h1/writer.h"

namespace penstock::http {

ParseStep Codec::parse_head(base::ByteSpan received, const HeadLimits& limits,
                            RequestHead& head) const noexcept {
  switch (protocol_) {
    case Protocol::Http1:
      return h1::RequestParser(limits).parse(received, head);
  }
  CHECK_NOT_REACHED();
}

ParseStep Codec::parse_head(base::ByteSpan received, const HeadLimits& limits,
                            ResponseHead& head) const noexcept {
  switch (protocol_) {
    case Protocol::Http1:
      return h1::ResponseParser(limits).parse(received, head);
  }
  CHECK_NOT_REACHED();
}

HeadProgress::Verdict Codec::look_at(HeadProgress& progress, base::ByteSpan news,
                                     const HeadLimits& limits) const noexcept {
  switch (protocol_) {
    case Protocol::Http1:
      return progress.lines_.scan(news, limits);
  }
  CHECK_NOT_REACHED();
}

void Codec::emit_request_head(ByteSink& sink, const RequestHead& head, base::ByteSpan bytes,
                              const RequestEdits& edits) const noexcept {
  switch (protocol_) {
    case Protocol::Http1:
      return h1::emit_request_head(sink, head, bytes, edits);
  }
}

void Codec::emit_response_head(ByteSink& sink, const ResponseHead& head, base::ByteSpan bytes,
                               const ResponseEdits& edits) const noexcept {
  switch (protocol_) {
    case Protocol::Http1:
      return h1::emit_response_head(sink, head, bytes, edits);
  }
}

void Codec::emit_continue(ByteSink& sink) const noexcept {
  switch (protocol_) {
    case Protocol::Http1:
      return sink.append(h1::kContinueHead);
  }
}

void Codec::emit_local_reply(ByteSink& sink, const LocalReply& reply) const noexcept {
  switch (protocol_) {
    case Protocol::Http1:
      return h1::emit_local_reply(sink, reply);
  }
}

Framing Codec::request_framing(Framing arriving) const noexcept {
  switch (protocol_) {
    case Protocol::Http1:
      return arriving;
  }
  CHECK_NOT_REACHED();
}

Framing Codec::response_framing(Version client, Framing arriving) const noexcept {
  switch (protocol_) {
    case Protocol::Http1:
      return downstream_framing(client, arriving);
  }
  CHECK_NOT_REACHED();
}

}  // namespace penstock::http
