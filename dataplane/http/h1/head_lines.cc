// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/head_lines.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "dataplane/base/check.h"
#include "dataplane/http/char_class.h"

namespace penstock::http::h1 {
namespace {

// True when none of eight bytes is a control character, HTAB and DEL included. A byte below 0x20
// borrows into its top bit when 0x20 is subtracted; 0x7f does so after flipping to zero. A borrow
// may mark a good neighbour too, which the slow path then clears.
bool has_no_control(const char* eight) noexcept {
  uint64_t word;
  std::memcpy(&word, eight, sizeof word);
  constexpr uint64_t ones = 0x0101'0101'0101'0101ull;
  constexpr uint64_t tops = 0x8080'8080'8080'8080ull;
  const uint64_t flipped = word ^ (ones * 0x7f);
  const uint64_t below_space = (word - ones * 0x20) & ~word;
  const uint64_t is_delete = (flipped - ones) & ~flipped;
  return ((below_space | is_delete) & tops) == 0;
}

// The length of the longest legal prefix, eight bytes at a time while all is well.
size_t legal_value_prefix(std::string_view value) noexcept {
  size_t at = 0;
  while (at < value.size()) {
    if (value.size() - at >= 8 && has_no_control(value.data() + at)) {
      at += 8;
      continue;
    }
    const size_t slow_end = std::min(at + 8, value.size());
    for (; at < slow_end; ++at) {
      if (!is_in(kValueChar, static_cast<uint8_t>(value[at]))) return at;
    }
  }
  return at;
}

}  // namespace

LineCursor::Step LineCursor::next(base::ByteSpan received, const LineLimit& limit) noexcept {
  DCHECK(searched_ <= received.size());
  const uint32_t line_end_max = line_start_ + limit.line_bytes_max;
  // Whichever bound comes first names the refusal, so that it does not depend on the split.
  const bool line_bound_first = line_end_max <= limit.head_bytes_max;
  const uint32_t end_max = line_bound_first ? line_end_max : limit.head_bytes_max;
  const auto search_end = static_cast<uint32_t>(std::min<size_t>(received.size(), end_max));
  const uint8_t* from = received.data() + searched_;
  const void* found =
      searched_ < search_end ? std::memchr(from, '\n', search_end - searched_) : nullptr;
  if (found == nullptr) {
    searched_ = std::max(searched_, search_end);
    if (received.size() < end_max) return {State::NeedMore, ReplyReason::None, {}};
    const auto why = line_bound_first ? limit.too_long : ReplyReason::HeadTooLarge;
    return {State::Error, why, {}};
  }
  const auto line_feed =
      static_cast<uint32_t>(static_cast<const uint8_t*>(found) - received.data());
  if (line_feed == line_start_ || received[line_feed - 1] != '\r') {
    return {State::Error, ReplyReason::BareLineFeed, {}};
  }
  const Text line{line_start_, line_feed - 1 - line_start_};
  line_start_ = searched_ = line_feed + 1;
  return {State::Line, ReplyReason::None, line};
}

ReplyReason check_value(std::string_view value) noexcept {
  const size_t legal = legal_value_prefix(value);
  if (legal == value.size()) return ReplyReason::None;
  return value[legal] == '\r' ? ReplyReason::BareCarriageReturn : ReplyReason::FieldValueInvalid;
}

ReplyReason add_field_line(Text line, base::ByteSpan received, FieldTable& fields) noexcept {
  const std::string_view text = view(line, received);
  DCHECK(!text.empty());
  // RFC 9112 5.2: a folded line is refused in both directions; 2.2: so is one before the first.
  if (is_optional_space(text.front())) return ReplyReason::FieldFolded;
  const uint32_t name_length = prefix_length(kTokenChar, text);
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
  return fields.add(field) == AddResult::Added ? ReplyReason::None : ReplyReason::TooManyFields;
}

}  // namespace penstock::http::h1
