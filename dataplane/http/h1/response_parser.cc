// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/response_parser.h"

#include <string_view>

#include "dataplane/http/char_class.h"
#include "dataplane/http/h1/version_text.h"
#include "dataplane/http/status.h"

namespace penstock::http::h1 {
namespace {

constexpr uint32_t kVersionBytes = 8;  // "HTTP/1.1"
constexpr uint32_t kStatusBytes = 3;
constexpr uint32_t kStatusOffset = kVersionBytes + 1;
constexpr uint32_t kReasonOffset = kStatusOffset + kStatusBytes + 1;

ReplyReason parse_status_line(Text line, base::ByteSpan received, ResponseHead& head) noexcept {
  const std::string_view text = view(line, received);
  const VersionText version = parse_version(text.substr(0, kVersionBytes));
  if (version.refusal != ReplyReason::None) return version.refusal;
  head.version = version.version;
  if (text.size() < kReasonOffset - 1 || text[kVersionBytes] != ' ') {
    return ReplyReason::StatusLineInvalid;
  }
  uint32_t status = 0;
  for (const char c : text.substr(kStatusOffset, kStatusBytes)) {
    if (!is_digit(c)) return ReplyReason::StatusInvalid;
    status = status * 10 + static_cast<uint32_t>(c - '0');
  }
  if (status < kStatusMin || status > kStatusMax) return ReplyReason::StatusInvalid;
  head.status = static_cast<uint16_t>(status);
  head.reason = {line.end(), 0};
  // RFC 9112 4 wants a space behind the status even without a reason; many servers omit both.
  if (text.size() < kReasonOffset) return ReplyReason::None;
  if (text[kReasonOffset - 1] != ' ') return ReplyReason::StatusInvalid;
  head.reason = {line.offset + kReasonOffset, line.length - kReasonOffset};
  const ReplyReason refusal = check_value(text.substr(kReasonOffset));
  return refusal == ReplyReason::FieldValueInvalid ? ReplyReason::StatusLineInvalid : refusal;
}

}  // namespace

ParseStep ResponseParser::parse(base::ByteSpan received, ResponseHead& head) noexcept {
  const LineLimit status_line{limits_.first_line_bytes, ReplyReason::StatusLineTooLong,
                              limits_.head_bytes};
  const LineLimit field_line{limits_.field_line_bytes, ReplyReason::FieldTooLong,
                             limits_.head_bytes};
  // What speaks another protocol is found out at its first byte, without waiting for a line.
  if (stage_ == Stage::StatusLine && !received.empty() && received[0] != 'H') {
    fail(ReplyReason::StatusLineInvalid);
  }
  while (stage_ == Stage::StatusLine || stage_ == Stage::Fields) {
    if (stage_ == Stage::Fields && lines_.take_field_lines(received, field_line, head.fields)) {
      on_line({lines_.position(), 0}, received, head);
      break;
    }
    const auto next = lines_.next(received, stage_ == Stage::Fields ? field_line : status_line);
    if (next.state == LineCursor::State::NeedMore) break;
    if (next.state == LineCursor::State::Error) {
      fail(next.error);
    } else {
      on_line(next.line, received, head);
    }
  }
  if (stage_ == Stage::Done) return ParseStep::complete();
  return stage_ == Stage::Failed ? ParseStep::failed(error_) : ParseStep::need_more();
}

void ResponseParser::on_line(Text line, base::ByteSpan received, ResponseHead& head) noexcept {
  ReplyReason refusal = ReplyReason::None;
  if (stage_ == Stage::StatusLine) {
    head.fields.clear();
    refusal = parse_status_line(line, received, head);
    stage_ = Stage::Fields;
  } else if (!line.empty()) {
    refusal = add_field_line(line, received, head.fields);
  } else {
    head.head_bytes = lines_.position();
    stage_ = Stage::Done;
  }
  if (refusal != ReplyReason::None) fail(refusal);
}

void ResponseParser::fail(ReplyReason why) noexcept {
  stage_ = Stage::Failed;
  error_ = why;
}

}  // namespace penstock::http::h1
