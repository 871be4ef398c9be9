// SPDX-License-Identifier: Apache-2.0
//
// Brings a path into the one form that rules are matched on: unreserved characters decoded, the
// hexadecimal digits of what stays encoded in upper case, dot segments resolved, slashes by policy.
// A rule then sees what a backend will understand, however a client wrote it.
// It does not touch the query, and decides nothing: compliance.h makes refusals of what is found.
// Any thread; nothing allocates. The usual path costs one scan and no copy.
// Invariants: (1) a normal path is no longer than the received one and begins with "/"; (2) a
// normal path is its own normal form.
// RFC 3986 6.2.2 (normalization), 5.2.4 (dot segments).
#pragma once

#include <smmintrin.h>

#include <cstdint>
#include <string_view>

#include "dataplane/base/bytes.h"
#include "dataplane/http/reason.h"
#include "dataplane/http/request_policy.h"

namespace penstock::http {

struct NormalPath {
  // PathNulByte, PathAboveRoot or PathSlashEncoded: no mode forwards these.
  ReplyReason refusal = ReplyReason::None;
  std::string_view path;          // the received one, or another in the caller's room
  bool is_rewritten = false;      // the latter
  bool is_badly_escaped = false;  // a "%" without two digits: then nothing is decoded
  bool hides_dots = false;        // "/..;x/", "/..%2F", "/..\\": dot segments for some readers only
};

namespace normal_path_detail {

// One bit or more when a byte is "%" or "\", or "/" with "/" or "." behind it. `carry` says that
// the byte before was "/", and is given on.
inline uint32_t telltales(__m128i bytes, uint32_t& carry) noexcept {
  const auto bits = [](__m128i matches) {
    return static_cast<uint32_t>(_mm_movemask_epi8(matches));
  };
  const __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('/'));
  const __m128i dot = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'));
  const __m128i always = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('%')),
                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  const uint32_t behind_slash = bits(slash) << 1 | carry;
  carry = behind_slash >> 16;
  return bits(always) | (behind_slash & bits(_mm_or_si128(slash, dot)));
}

NormalPath normalize(std::string_view path, const PathPolicy& policy,
                     base::MutableByteSpan room) noexcept;

}  // namespace normal_path_detail

// Whether a path shows at a glance that there is nothing to do.
inline bool is_plain_path(std::string_view path) noexcept {
  using normal_path_detail::telltales;
  const char* const data = path.data();
  const size_t size = path.size();
  const auto at = [data](size_t place) { return reinterpret_cast<const __m128i*>(data + place); };
  uint32_t carry = 0;
  uint32_t found = 0;
  if (size >= 16) {
    for (size_t place = 0; place + 16 <= size; place += 16) {
      found |= telltales(_mm_loadu_si128(at(place)), carry);
    }
    // The last sixteen, of which all but the end were looked at before.
    carry = 0;
    found |= telltales(_mm_loadu_si128(at(size - 16)), carry);
  } else if (size >= 8) {
    found = telltales(_mm_loadl_epi64(at(0)), carry);
    carry = 0;
    found |= telltales(_mm_loadl_epi64(at(size - 8)), carry);
  } else {
    for (size_t place = 0; place < size; ++place) {
      const char c = data[place];
      const bool dot_or_slash = c == '/' || c == '.';
      if (c == '%' || c == '\\' || (carry != 0 && dot_or_slash)) return false;
      carry = c == '/' ? 1 : 0;
    }
  }
  return found == 0;
}

// `path` begins with "/"; `room` has its size, and lives as long as the answer is used.
inline NormalPath normalize_path(std::string_view path, const PathPolicy& policy,
                                 base::MutableByteSpan room) noexcept {
  if (is_plain_path(path)) [[likely]] {
    NormalPath plain;
    plain.path = path;
    return plain;
  }
  return normal_path_detail::normalize(path, policy, room);
}

}  // namespace penstock::http
