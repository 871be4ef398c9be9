// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/request_parser.h"

#include <algorithm>
#include <string_view>

#include "dataplane/base/limits.h"
#include "dataplane/http/char_class.h"
#include "dataplane/http/h1/request_target.h"
#include "dataplane/http/h1/version_text.h"
#include "dataplane/http/semantics.h"

namespace penstock::http::h1 {
namespace {

ReplyReason parse_request_line(Text line, base::ByteSpan received, RequestHead& head) noexcept {
  const std::string_view text = view(line, received);
  const uint32_t method_length = prefix_length(kTokenChar, text);
  if (method_length == 0) return ReplyReason::MethodInvalid;
  if (method_length == text.size()) return ReplyReason::RequestLineInvalid;
  if (text[method_length] != ' ') return ReplyReason::MethodInvalid;
  const std::string_view behind_method = text.substr(method_length + 1);
  const size_t target_length = behind_method.find(' ');
  // No second space: HTTP/0.9. An empty target: two spaces in a row, which RFC 9112 3 lets us
  // refuse.
  if (target_length == 0 || target_length == std::string_view::npos) {
    return ReplyReason::RequestLineInvalid;
  }
  const VersionText version = parse_version(behind_method.substr(target_length + 1));
  if (version.refusal != ReplyReason::None) return version.refusal;
  head.version = version.version;
  head.method = parse_method(text.substr(0, method_length));
  if (head.method == Method::Connect) return ReplyReason::ConnectNotSupported;
  head.method_text = {line.offset, method_length};
  head.target = {line.offset + method_length + 1, static_cast<uint32_t>(target_length)};
  const RequestTarget target = parse_target(head.method, head.target, received);
  head.form = target.form;
  head.target_is_uri = target.is_uri;
  head.authority = target.authority;
  head.host_value = target.host_value;
  head.path = target.path;
  head.query = target.query;
  return target.refusal;
}

// RFC 9112 3.2: exactly one valid Host in HTTP/1.1; an absolute target goes before it.
ReplyReason decide_host(base::ByteSpan received, RequestHead& head) noexcept {
  const Field* field = head.fields.find(FieldId::Host);
  if (field == nullptr) {
    return head.version == Version::Http10 ? ReplyReason::None : ReplyReason::HostMissing;
  }
  if (head.fields.count(FieldId::Host) > 1) return ReplyReason::HostDuplicate;
  const auto host = parse_host(view(field->value, received));
  if (!host) return ReplyReason::HostInvalid;
  if (head.form == TargetForm::Absolute) return ReplyReason::None;
  head.host_value = field->value;
  head.authority = {field->value.offset, static_cast<uint32_t>(host->host.size())};
  return ReplyReason::None;
}

// The method and the target of a request line that is wrong in another place, or not there to its
// end.
void salvage_request_line(uint32_t begin, base::ByteSpan received, RequestHead& head) noexcept {
  head.method = Method::Other;
  head.version = Version::Http11;
  head.method_text = head.target = head.authority = {};
  const std::string_view line = base::as_text(received).substr(begin);
  const uint32_t method_length = prefix_length(kTokenChar, line);
  if (method_length == 0 || method_length == line.size() || line[method_length] != ' ') return;
  head.method = parse_method(line.substr(0, method_length));
  head.method_text = {begin, method_length};
  const std::string_view target = line.substr(method_length + 1);
  const size_t length = std::min(target.find_first_of(" \r\n"), target.size());
  head.target = {begin + method_length + 1, static_cast<uint32_t>(length)};
}

}  // namespace

ParseStep RequestParser::parse(base::ByteSpan received, RequestHead& head) noexcept {
  const LineLimit request_line{limits_.first_line_bytes, ReplyReason::TargetTooLong,
                               limits_.head_bytes};
  const LineLimit field_line{limits_.field_line_bytes, ReplyReason::FieldTooLong,
                             limits_.head_bytes};
  if (stage_ == Stage::EmptyLines) skip_empty_lines(received);
  while (stage_ == Stage::RequestLine || stage_ == Stage::Fields) {
    if (stage_ == Stage::Fields && lines_.take_field_lines(received, field_line, head.fields)) {
      on_line({lines_.position(), 0}, received, head);
      break;
    }
    const auto next = lines_.next(received, stage_ == Stage::Fields ? field_line : request_line);
    if (next.state == LineCursor::State::NeedMore) break;
    if (next.state == LineCursor::State::Error) {
      fail(next.error);
    } else {
      on_line(next.line, received, head);
    }
  }
  if (stage_ == Stage::Done) return ParseStep::complete();
  if (stage_ != Stage::Failed) return ParseStep::need_more();
  report(received, head);
  return ParseStep::failed(error_);
}

// RFC 9112 2.2: a server should ignore at least one empty line before the request line.
void RequestParser::skip_empty_lines(base::ByteSpan received) noexcept {
  for (uint32_t at = lines_.position(); at < received.size(); at += 2) {
    lines_.skip_to(at);
    if (received[at] == '\n') return fail(ReplyReason::BareLineFeed);
    if (received[at] != '\r') {
      // What speaks another protocol is found out at its first byte, without waiting for a line.
      if (!is_in(kTokenChar, received[at])) return fail(ReplyReason::MethodInvalid);
      stage_ = Stage::RequestLine;
      begin_ = at;
      return;
    }
    if (at + 1 == received.size()) return;
    if (received[at + 1] != '\n') return fail(ReplyReason::BareCarriageReturn);
    if (++empty_lines_ > base::kEmptyLinesMax) return fail(ReplyReason::TooManyEmptyLines);
    lines_.skip_to(at + 2);
  }
}

void RequestParser::on_line(Text line, base::ByteSpan received, RequestHead& head) noexcept {
  ReplyReason refusal;
  if (stage_ == Stage::RequestLine) {
    head.fields.clear();
    refusal = parse_request_line(line, received, head);
    has_request_line_ = refusal == ReplyReason::None;
    stage_ = Stage::Fields;
  } else if (!line.empty()) {
    refusal = add_field_line(line, received, head.fields);
  } else {
    refusal = decide_host(received, head);
    head.head_bytes = lines_.position();
    stage_ = Stage::Done;
  }
  if (refusal != ReplyReason::None) fail(refusal);
}

void RequestParser::fail(ReplyReason why) noexcept {
  stage_ = Stage::Failed;
  error_ = why;
}

void RequestParser::report(base::ByteSpan received, RequestHead& head) const noexcept {
  if (!has_request_line_) return salvage_request_line(begin_, received, head);
  if (head.authority.empty()) decide_host(received, head);
}

}  // namespace penstock::http::h1
