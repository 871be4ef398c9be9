// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/head_lines.h"

#include <algorithm>
#include <string_view>

#include "dataplane/base/check.h"
#include "dataplane/http/byte_scan.h"

namespace penstock::http::h1 {
LineCursor::Step LineCursor::next(base::ByteSpan received, const LineLimit& limit) noexcept {
  DCHECK(searched_ <= received.size());
  const uint32_t line_end_max = line_start_ + limit.line_bytes_max;
  // Whichever bound comes first names the refusal, so that it does not depend on the split.
  const bool line_bound_first = line_end_max <= limit.head_bytes_max;
  const uint32_t end_max = line_bound_first ? line_end_max : limit.head_bytes_max;
  const auto search_end = static_cast<uint32_t>(std::min<size_t>(received.size(), end_max));
  const std::string_view news =
      searched_ < search_end ? base::as_text(received.subspan(searched_, search_end - searched_))
                             : std::string_view();
  const size_t found = line_feed_position(news);
  if (found == news.size()) {
    searched_ = std::max(searched_, search_end);
    if (received.size() < end_max) return {State::NeedMore, ReplyReason::None, {}};
    const auto why = line_bound_first ? limit.too_long : ReplyReason::HeadTooLarge;
    return {State::Error, why, {}};
  }
  const uint32_t line_feed = searched_ + static_cast<uint32_t>(found);
  if (line_feed == line_start_ || received[line_feed - 1] != '\r') {
    return {State::Error, ReplyReason::BareLineFeed, {}};
  }
  const Text line{line_start_, line_feed - 1 - line_start_};
  line_start_ = searched_ = line_feed + 1;
  return {State::Line, ReplyReason::None, line};
}

bool LineCursor::take_field_line(base::ByteSpan received, const LineLimit& limit,
                                 FieldTable& fields) noexcept {
  if (searched_ != line_start_) return false;  // what was searched before is not searched again
  const std::string_view text = base::as_text(received);
  const char* const data = text.data();
  const size_t size = text.size();
  // A name with "_" is seen to there, so that nothing need be asked here.
  const size_t colon = class_end<kPlainNameChar>(text, line_start_);
  if (colon == line_start_ || colon >= size || data[colon] != ':') return false;
  size_t begin = colon + 1;
  while (begin < size && is_optional_space(data[begin])) ++begin;
  const size_t line_end = value_end(text, begin);
  const size_t next = line_end + 2;
  if (next > size || data[line_end] != '\r' || data[line_end + 1] != '\n') return false;
  if (next - line_start_ > limit.line_bytes_max || next > limit.head_bytes_max) return false;
  size_t end = line_end;
  while (end > begin && is_optional_space(data[end - 1])) --end;
  if (end == begin) return false;  // as with "_"
  const auto name_length = static_cast<uint32_t>(colon) - line_start_;
  const Field field{field_id({data + line_start_, name_length}),
                    {line_start_, name_length},
                    {static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin)}};
  if (fields.add(field) != AddResult::Added) return false;
  skip_to(static_cast<uint32_t>(next));
  return true;
}

bool LineCursor::take_field_lines(base::ByteSpan received, const LineLimit& limit,
                                  FieldTable& fields) noexcept {
  while (take_field_line(received, limit, fields)) {
  }
  return take_empty_line(received, limit);
}

ReplyReason check_value(std::string_view value) noexcept {
  const size_t legal = value_end(value);
  if (legal == value.size()) return ReplyReason::None;
  return value[legal] == '\r' ? ReplyReason::BareCarriageReturn : ReplyReason::FieldValueInvalid;
}

ReplyReason add_field_line(Text line, base::ByteSpan received, FieldTable& fields) noexcept {
  const std::string_view text = view(line, received);
  DCHECK(!text.empty());
  // RFC 9112 5.2: a folded line is refused in both directions; 2.2: so is one before the first.
  if (is_optional_space(text.front())) return ReplyReason::FieldFolded;
  const auto name_length = static_cast<uint32_t>(class_end<kTokenChar>(text));
  // RFC 9112 5.1: white space before the colon is refused, which the token does not contain.
  if (name_length == 0 || name_length == text.size() || text[name_length] != ':') {
    return ReplyReason::FieldNameInvalid;
  }
  const std::string_view value = trim_optional_space(text.substr(name_length + 1));
  const ReplyReason refusal = check_value(value);
  if (refusal != ReplyReason::None) return refusal;
  const Field field{
      field_id(text.substr(0, name_length)),
      {line.offset, name_length},
      {line.offset + static_cast<uint32_t>(value.data() - text.data()),
       static_cast<uint32_t>(value.size())},
  };
  if (fields.add(field) != AddResult::Added) return ReplyReason::TooManyFields;
  if (value.empty()) fields.note_empty_value();
  if (text.substr(0, name_length).find('_') != std::string_view::npos) fields.note_underscore();
  return ReplyReason::None;
}

}  // namespace penstock::http::h1
