// SPDX-License-Identifier: Apache-2.0
//
// What a request tells a backend of where it came from: X-Forwarded-*, Forwarded, Via and
// X-Request-ID, each by policy. Says which received ones travel on as they came, and writes ours.
// It knows no addresses: the proxy brings them as text.
// Called by writer.cc on the worker that owns the exchange.
// Invariant: a field that is written here does not also travel on as it came, but those that are
// lists over several lines: Forwarded and Via.
// RFC 7239, RFC 9110 7.6.3.
#pragma once

#include <string_view>

#include "dataplane/base/bytes.h"
#include "dataplane/http/byte_sink.h"
#include "dataplane/http/edits.h"
#include "dataplane/http/message.h"

namespace penstock::http::h1 {

// Whether a received field with this id travels on as it came, as far as this is concerned.
bool passes(FieldId id, const OriginEdits& edits) noexcept;

// Whether a received Forwarded may stand before one of ours: an open quote would take that with it
// (RFC 7239 4, RFC 9110 5.6.4).
bool has_sound_quotes(std::string_view forwarded) noexcept;

void append_origin_fields(ByteSink& sink, const RequestHead& head, base::ByteSpan bytes,
                          const OriginEdits& edits) noexcept;

// "Via: 1.1 name": the version is that of the message as it was received.
void append_via(ByteSink& sink, Version received, std::string_view name) noexcept;

}  // namespace penstock::http::h1
