// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/normal_path.h"

#include "dataplane/base/check.h"
#include "dataplane/http/char_class.h"

namespace penstock::http {
namespace {

constexpr int kNotHex = -1;

constexpr int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  const int lower = c | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : kNotHex;
}

constexpr char to_upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

// The byte that "%XX" at this place stands for; kNotHex when it is none.
constexpr int escaped_at(std::string_view text, size_t at) noexcept {
  if (at + 2 >= text.size()) return kNotHex;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high == kNotHex || low == kNotHex ? kNotHex : high << 4 | low;
}

struct Escapes {
  bool some_bad = false;
  bool some_nul = false;
  // Or backslash, which browsers and WHATWG's URL take for a slash without an escape, too.
  bool some_slash = false;
};

Escapes look_at_escapes(std::string_view path) noexcept {
  Escapes escapes;
  escapes.some_slash = path.find('\\') != std::string_view::npos;
  for (size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    const int byte = escaped_at(path, at);
    escapes.some_bad |= byte == kNotHex;
    escapes.some_nul |= byte == 0;
    escapes.some_slash |= byte == '/' || byte == '\\';
  }
  return escapes;
}

// One character of a segment as a lenient reader takes it, and how many bytes it is written in.
struct Unit {
  char character;
  uint32_t bytes;
};
constexpr Unit unit_at(std::string_view text, size_t at) noexcept {
  const int byte = text[at] == '%' ? escaped_at(text, at) : kNotHex;
  return byte == kNotHex ? Unit{text[at], 1} : Unit{static_cast<char>(byte), 3};
}

// How many dots a segment, or a part of one, consists of: 1 or 2, and 0 when it is something else.
unsigned dots_in(std::string_view segment) noexcept {
  unsigned dots = 0;
  for (size_t at = 0; at < segment.size();) {
    const Unit unit = unit_at(segment, at);
    if (unit.character != '.' || ++dots > 2) return 0;
    at += unit.bytes;
  }
  return dots;
}

// A part that is all dots, and that a parameter or some sort of slash keeps from being the segment.
bool hides_dots(std::string_view segment) noexcept {
  size_t part = 0;
  bool is_parameter = false;
  for (size_t at = 0; at < segment.size();) {
    const Unit unit = unit_at(segment, at);
    const bool is_slash = unit.character == '/' || unit.character == '\\';
    const bool ends = is_slash || segment[at] == ';';
    if (ends && !is_parameter && dots_in(segment.substr(part, at - part)) > 0) return true;
    at += unit.bytes;
    if (ends) part = at;
    if (ends) is_parameter = !is_slash;
  }
  return part > 0 && !is_parameter && dots_in(segment.substr(part)) > 0;
}

// Builds the normal form at the front of its room.
class Builder {
 public:
  Builder(std::string_view path, const PathPolicy& policy, base::MutableByteSpan room) noexcept
      : received_(path), policy_(policy), room_(reinterpret_cast<char*>(room.data())) {
    DCHECK(room.size() >= path.size());
  }

  NormalPath build() noexcept {
    NormalPath result;
    const Escapes escapes = look_at_escapes(received_);
    result.is_badly_escaped = escapes.some_bad;
    result.refusal = refusal_of(escapes);
    if (result.refusal != ReplyReason::None) return result;
    if (!(escapes.some_bad ? resolve_around_bad_escapes() : resolve(decode(received_)))) {
      result.refusal = ReplyReason::PathAboveRoot;
      return result;
    }
    result.hides_dots = hides_dots_;
    result.is_rewritten = view() != received_;
    result.path = result.is_rewritten ? view() : received_;
    return result;
  }

 private:
  std::string_view view() const noexcept { return {room_, size_}; }

  ReplyReason refusal_of(const Escapes& escapes) const noexcept {
    if (escapes.some_nul) return ReplyReason::PathNulByte;
    const bool refuses = policy_.encoded_slash == EncodedSlash::Refuse;
    return refuses && escapes.some_slash ? ReplyReason::PathSlashEncoded : ReplyReason::None;
  }

  bool is_decoded(int byte) const noexcept {
    if (byte == '/' || byte == '\\') return policy_.encoded_slash == EncodedSlash::Decode;
    return is_in(kUnreservedChar, static_cast<uint8_t>(byte));
  }

  // All escapes are good ones. Returns how many bytes there are now. `text` may be in the room.
  size_t decode(std::string_view text) noexcept {
    size_t end = 0;
    for (size_t at = 0; at < text.size(); ++at) {
      const int byte = text[at] == '%' ? escaped_at(text, at) : kNotHex;
      if (byte == kNotHex) {
        room_[end++] = text[at];
        continue;
      }
      if (is_decoded(byte)) {
        room_[end++] = static_cast<char>(byte);
      } else {
        room_[end++] = '%';
        room_[end++] = to_upper(text[at + 1]);
        room_[end++] = to_upper(text[at + 2]);
      }
      at += 2;
    }
    return end;
  }

  // Decoding an escape next to a bad one could make a good one of that, so none is; unless the bad
  // ones lie in what the dots take away.
  bool resolve_around_bad_escapes() noexcept {
    if (!resolve(received_.copy(room_, received_.size()))) return false;
    return look_at_escapes(view()).some_bad || resolve(decode(view()));
  }

  // RFC 3986 5.2.4, in place: what is written never overtakes what is read. False when the path
  // climbs above its root.
  bool resolve(size_t flat) noexcept {
    size_ = 0;
    const std::string_view all(room_, flat);
    for (size_t at = 0; at < flat;) {
      const size_t end = std::min(all.find('/', at + 1), flat);
      const std::string_view segment = all.substr(at + 1, end - at - 1);
      const bool is_last = end == flat;
      const unsigned dots = dots_in(segment);
      if (dots == 2 && !pop()) return false;
      if (dots > 0) {
        if (is_last) push({});
      } else if (!segment.empty() || is_last ||
                 policy_.duplicate_slashes == DuplicateSlashes::Keep) {
        hides_dots_ = hides_dots_ || hides_dots(segment);
        push(segment);
      }
      at = end;
    }
    return true;
  }

  void push(std::string_view segment) noexcept {
    room_[size_++] = '/';
    // The segment may lie a little further on in the same room.
    for (const char c : segment) room_[size_++] = c;
  }
  bool pop() noexcept {
    if (size_ == 0) return false;
    size_ = view().rfind('/');
    return true;
  }

  std::string_view received_;
  const PathPolicy& policy_;
  char* room_;
  size_t size_ = 0;
  bool hides_dots_ = false;
};

}  // namespace

namespace normal_path_detail {

NormalPath normalize(std::string_view path, const PathPolicy& policy,
                     base::MutableByteSpan room) noexcept {
  DCHECK(path.starts_with('/'));
  return Builder(path, policy, room).build();
}

}  // namespace normal_path_detail

}  // namespace penstock::http
