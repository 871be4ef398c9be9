// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/writer.h"

#include <charconv>
#include <span>

#include "dataplane/base/check.h"
#include "dataplane/http/h1/field_text.h"
#include "dataplane/http/h1/origin_fields.h"
#include "dataplane/http/status.h"

namespace penstock::http::h1 {
namespace {

constexpr std::string_view kConnectionUpgrade = "Connection: Upgrade\r\n";
constexpr uint16_t kSwitchingProtocols = 101;

// A run of a head's bytes that leaves in one piece, as long as its parts lie back to back.
class Run {
 public:
  Run(ByteSink& sink, base::ByteSpan head) noexcept : sink_(sink), head_(head) {}

  void add(uint32_t begin, uint32_t end) noexcept {
    if (begin != end_) {
      flush();
      begin_ = begin;
    }
    end_ = end;
  }
  void flush() noexcept {
    if (begin_ != end_) sink_.append(view({begin_, end_ - begin_}, head_));
    begin_ = end_;
  }

 private:
  ByteSink& sink_;
  base::ByteSpan head_;
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
};

void append_framing(ByteSink& sink, Framing framing) noexcept {
  switch (framing.kind) {
    case Framing::Kind::Length:
      append_number_field(sink, "Content-Length: ", framing.length);
      break;
    case Framing::Kind::Chunked:
      sink.append("Transfer-Encoding: chunked\r\n");
      break;
    case Framing::Kind::None:
    case Framing::Kind::UntilClose:
      break;
  }
}

// Says what the client's version would not assume by itself.
void append_persistence(ByteSink& sink, Version client, Persistence persistence) noexcept {
  if (persistence == Persistence::Close) {
    sink.append("Connection: close\r\n");
  } else if (client == Version::Http10) {
    sink.append("Connection: keep-alive\r\n");
  }
}

void append_status_line(ByteSink& sink, uint16_t status, std::string_view phrase) noexcept {
  sink.append("HTTP/1.1 ");
  append_number(sink, status);
  append_field(sink, " ", phrase);
}

// The usual status line leaves as it came, with the fields behind it. Without a reason phrase some
// servers omit the space too (RFC 9112 4), and ours is written.
void append_status_line(ByteSink& sink, Run& run, const ResponseHead& head,
                        base::ByteSpan bytes) noexcept {
  if (head.version == Version::Http11 && !head.reason.empty()) {
    return run.add(0, head.reason.end() + static_cast<uint32_t>(kLineEnd.size()));
  }
  append_status_line(sink, head.status, view(head.reason, bytes));
}

// Adds the field lines for which keep(field) holds, byte for byte. Field lines lie back to back in
// the head, so that neighbours which are kept leave in one piece; so does the line before them.
template <class Keep>
void append_kept_fields(Run& run, const FieldTable& fields, base::ByteSpan head,
                        Keep&& keep) noexcept {
  const std::span<const Field> all = fields.fields();
  const auto fields_end = static_cast<uint32_t>(head.size() - kLineEnd.size());
  for (size_t i = 0; i < all.size(); ++i) {
    const uint32_t end = i + 1 < all.size() ? all[i + 1].name.offset : fields_end;
    if (keep(all[i])) run.add(all[i].name.offset, end);
  }
  run.flush();
}

// The usual request line leaves as it came, with the fields behind it. Else the target is put
// together from its path and what is behind that: RFC 9112 3.2.1 wants origin-form.
void append_request_line(ByteSink& sink, Run& run, const RequestHead& head, base::ByteSpan bytes,
                         std::string_view path_anew) noexcept {
  if (path_anew.empty() && head.form != TargetForm::Absolute && head.version == Version::Http11) {
    constexpr uint32_t kRestOfLine = sizeof(" HTTP/1.1\r\n") - 1;
    return run.add(head.method_text.offset, head.target.end() + kRestOfLine);
  }
  const bool implied = path_is_implied(head);
  const uint32_t path_end = implied ? head.host_value.end() : head.path.end();
  const std::string_view rest = view({path_end, head.target.end() - path_end}, bytes);
  // RFC 9112 3.2.4: OPTIONS without a path is about the server.
  const bool about_server = implied && rest.empty() && head.method == Method::Options;
  const std::string_view path = about_server ? "*" : view(head.path, bytes);
  sink.append(view(head.method_text, bytes));
  sink.append(" ");
  sink.append(path_anew.empty() ? path : path_anew);
  sink.append(rest);
  sink.append(" HTTP/1.1\r\n");
}

bool nominates_fields(Nominations known, const FieldTable& fields, base::ByteSpan bytes) noexcept {
  if (known != Nominations::Unknown) return known == Nominations::Some;
  return connection_options(fields, bytes).nominates;
}

// Does not travel on as it came, but anew or not at all.
bool is_written_anew(FieldId id) noexcept {
  switch (id) {
    case FieldId::ContentLength:
    case FieldId::Dropped:
      return true;
    default:
      return is_hop_by_hop(id);
  }
}

}  // namespace

void emit_request_head(ByteSink& sink, const RequestHead& head, base::ByteSpan bytes,
                       const RequestEdits& edits) noexcept {
  DCHECK(edits.framing.kind != Framing::Kind::UntilClose);
  DCHECK(bytes.size() >= head.head_bytes);
  Run run(sink, bytes.first(head.head_bytes));
  append_request_line(sink, run, head, bytes, edits.path);
  // RFC 9112 3.2.2: the authority of an absolute target replaces Host. An HTTP/1.0 client may have
  // sent neither; HTTP/1.1 then wants an empty one.
  const bool replaces_host = head.form == TargetForm::Absolute || head.host_value.empty();
  if (replaces_host) {
    run.flush();
    append_field(sink, "Host: ", view(head.host_value, bytes));
  }
  const bool nominates = nominates_fields(edits.nominations, head.fields, bytes);
  append_kept_fields(run, head.fields, bytes.first(head.head_bytes),
                     [&](const Field& field) noexcept {
                       // Most fields are none that we know.
                       if (field.id == FieldId::Other && !nominates) return true;
                       if (field.id == FieldId::Upgrade) {
                         return edits.upgrade == UpgradeField::Forward;
                       }
                       if (is_written_anew(field.id)) return false;
                       if (field.id == FieldId::Host) return !replaces_host;
                       if (field.id == FieldId::Expect) return edits.expect == ExpectField::Forward;
                       if (field.id == FieldId::MaxForwards) return !edits.max_forwards;
                       if (!passes(field.id, edits.origin)) return false;
                       if (field.id == FieldId::Forwarded) {
                         return has_sound_quotes(view(field.value, bytes));
                       }
                       return !(nominates && is_nominated(field, head.fields, bytes));
                     });
  if (edits.max_forwards) append_number_field(sink, "Max-Forwards: ", *edits.max_forwards);
  append_origin_fields(sink, head, bytes, edits.origin);
  append_framing(sink, edits.framing);
  if (edits.upgrade == UpgradeField::Forward) {
    sink.append(kConnectionUpgrade);
  } else {
    append_persistence(sink, Version::Http11, edits.persistence);
  }
  sink.append(kLineEnd);
}

void emit_response_head(ByteSink& sink, const ResponseHead& head, base::ByteSpan bytes,
                        const ResponseEdits& edits) noexcept {
  DCHECK(bytes.size() >= head.head_bytes);
  Run run(sink, bytes.first(head.head_bytes));
  append_status_line(sink, run, head, bytes);
  // RFC 9110 8.6: only there may Content-Length describe a body that is not sent.
  const bool keeps_length =
      (edits.request_method == Method::Head && !is_interim(head.status) && head.status != 204) ||
      head.status == 304;
  const bool nominates = nominates_fields(edits.nominations, head.fields, bytes);
  append_kept_fields(run, head.fields, bytes.first(head.head_bytes),
                     [&](const Field& field) noexcept {
                       if (field.id == FieldId::Other && !nominates) return true;
                       if (field.id == FieldId::ContentLength) return keeps_length;
                       if (field.id == FieldId::Upgrade) return head.status == kSwitchingProtocols;
                       if (is_hop_by_hop(field.id)) return false;
                       if (field.id == FieldId::XRequestId) return edits.request_id.empty();
                       return !(nominates && is_nominated(field, head.fields, bytes));
                     });
  if (!edits.via_name.empty()) append_via(sink, head.version, edits.via_name);
  if (!edits.request_id.empty()) append_field(sink, "X-Request-ID: ", edits.request_id);
  // RFC 9110 6.6.1.
  const bool lacks_date = !is_interim(head.status) && !head.fields.has(FieldId::Date);
  if (lacks_date && !edits.date.empty()) append_field(sink, "Date: ", edits.date);
  if (head.status == kSwitchingProtocols) {
    sink.append(kConnectionUpgrade);
  } else if (!is_interim(head.status)) {
    DCHECK(!keeps_length || edits.framing.kind == Framing::Kind::None);
    append_framing(sink, edits.framing);
    // A body that ends with the connection cannot be followed by another message.
    const bool ends = edits.framing.kind == Framing::Kind::UntilClose;
    append_persistence(sink, edits.client_version, ends ? Persistence::Close : edits.persistence);
  }
  sink.append(kLineEnd);
}

size_t emit_chunk_header(uint64_t size, base::MutableByteSpan room) noexcept {
  DCHECK(size > 0);
  DCHECK(room.size() >= kChunkHeaderBytesMax);
  char* const begin = reinterpret_cast<char*>(room.data());
  char* end = std::to_chars(begin, begin + room.size(), size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  return static_cast<size_t>(end - begin);
}

void emit_local_reply(ByteSink& sink, const LocalReply& reply) noexcept {
  DCHECK(!is_interim(reply.status));
  append_status_line(sink, reply.status, status_phrase(reply.status));
  if (!reply.request_id.empty()) append_field(sink, "X-Request-ID: ", reply.request_id);
  if (!reply.date.empty()) append_field(sink, "Date: ", reply.date);
  if (!reply.location.empty()) append_field(sink, "Location: ", reply.location);
  if (reply.retry_after_s > 0) append_number_field(sink, "Retry-After: ", reply.retry_after_s);
  if (reply.reason_field == ReasonField::Show && reply.reason != ReplyReason::None) {
    append_field(sink, "Penstock-Reason: ", reply_text(reply.reason));
  }
  const bool describes_body = !never_has_body(reply.status);
  if (describes_body) {
    if (!reply.content_type.empty()) append_field(sink, "Content-Type: ", reply.content_type);
    append_number_field(sink, "Content-Length: ", reply.body.size());
  }
  append_persistence(sink, reply.client_version, reply.persistence);
  sink.append(kLineEnd);
  if (describes_body && reply.request_method != Method::Head) sink.append(reply.body);
}

}  // namespace penstock::http::h1
