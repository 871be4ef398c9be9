// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/origin_fields.h"

#include "dataplane/http/char_class.h"
#include "dataplane/http/h1/field_text.h"

namespace penstock::http::h1 {
namespace {

// All that earlier hops said, in one line, and the peer that we see.
void append_forwarded_for(ByteSink& sink, const FieldTable& fields, base::ByteSpan bytes,
                          std::string_view peer_address) noexcept {
  sink.append("X-Forwarded-For: ");
  if (fields.has(FieldId::XForwardedFor)) {
    for (const Field& field : fields) {
      if (field.id != FieldId::XForwardedFor || field.value.empty()) continue;
      sink.append(view(field.value, bytes));
      sink.append(", ");
    }
  }
  sink.append(peer_address);
  sink.append(kLineEnd);
}

// RFC 7239 4 and 6: IPv6 is in brackets, and what is no token is quoted.
void append_forwarded(ByteSink& sink, std::string_view host, const OriginEdits& edits) noexcept {
  const bool is_v6 = edits.peer_address.find(':') != std::string_view::npos;
  sink.append(is_v6 ? "Forwarded: for=\"[" : "Forwarded: for=");
  sink.append(edits.peer_address);
  sink.append(is_v6 ? "]\";proto=" : ";proto=");
  sink.append(edits.proto);
  if (!host.empty()) {
    // A host with a port or an IPv6 literal. There is nothing in it that needs a backslash.
    const bool quotes = !consists_of(kTokenChar, host);
    sink.append(quotes ? ";host=\"" : ";host=");
    sink.append(host);
    if (quotes) sink.append("\"");
  }
  sink.append(kLineEnd);
}

void append_x_forwarded(ByteSink& sink, const RequestHead& head, base::ByteSpan bytes,
                        const OriginEdits& edits) noexcept {
  if (edits.x_forwarded == XForwarded::Remove) return;
  // Those that travel on as they came are not written a second time.
  const auto is_ours = [&](FieldId id) noexcept {
    return !head.fields.has(id) || !passes(id, edits);
  };
  if (edits.x_forwarded == XForwarded::Append) {
    append_forwarded_for(sink, head.fields, bytes, edits.peer_address);
  } else if (is_ours(FieldId::XForwardedFor)) {
    append_field(sink, "X-Forwarded-For: ", edits.client_address);
  }
  if (is_ours(FieldId::XForwardedProto)) append_field(sink, "X-Forwarded-Proto: ", edits.proto);
  if (is_ours(FieldId::XForwardedPort)) append_number_field(sink, "X-Forwarded-Port: ", edits.port);
  if (is_ours(FieldId::XForwardedHost) && !head.host_value.empty()) {
    append_field(sink, "X-Forwarded-Host: ", view(head.host_value, bytes));
  }
}

}  // namespace

bool passes(FieldId id, const OriginEdits& edits) noexcept {
  const bool is_trusted = edits.peer_trust == Trust::Trusted;
  switch (id) {
    case FieldId::XForwardedFor:
      return edits.x_forwarded == XForwarded::Preserve;
    case FieldId::XForwardedProto:
    case FieldId::XForwardedPort:
    case FieldId::XForwardedHost:
      return edits.x_forwarded == XForwarded::Preserve ||
             (edits.x_forwarded == XForwarded::Append && is_trusted);
    case FieldId::Forwarded:
      // Who appends says at the end whom to believe; who does not lets nobody else say it.
      return edits.forwarded == Addition::Append || is_trusted;
    case FieldId::XRequestId:
      return edits.request_id.empty();
    default:
      return true;
  }
}

bool has_sound_quotes(std::string_view forwarded) noexcept {
  bool is_quoted = false;
  for (size_t i = 0; i < forwarded.size(); ++i) {
    if (is_quoted && forwarded[i] == '\\') {
      ++i;
    } else if (forwarded[i] == '"') {
      if (!is_quoted && (i == 0 || forwarded[i - 1] != '=')) return false;
      is_quoted = !is_quoted;
    }
  }
  return !is_quoted;
}

void append_origin_fields(ByteSink& sink, const RequestHead& head, base::ByteSpan bytes,
                          const OriginEdits& edits) noexcept {
  append_x_forwarded(sink, head, bytes, edits);
  if (edits.forwarded == Addition::Append) {
    append_forwarded(sink, view(head.host_value, bytes), edits);
  }
  if (!edits.via_name.empty()) append_via(sink, head.version, edits.via_name);
  if (!edits.request_id.empty()) append_field(sink, "X-Request-ID: ", edits.request_id);
}

void append_via(ByteSink& sink, Version received, std::string_view name) noexcept {
  append_field(sink, received == Version::Http10 ? "Via: 1.0 " : "Via: 1.1 ", name);
}

}  // namespace penstock::http::h1
