// SPDX-License-Identifier: Apache-2.0
//
// Finds the first byte of some kind in a run of bytes, sixteen at a time: the searches that a head
// costs. What is legal where is char_class.h's; each search here gives the same answer as a
// walk over its table, which the tests hold it to.
// Any thread. Nothing outside the run is read: its last sixteen bytes are loaded overlapping, and
// a run that is shorter is walked.
// SSE4.2 is what DPDK asks of the CPU already. Langdale and Lemire, "Parsing gigabytes of JSON per
// second", 2019 (classification by two table look-ups).
#pragma once

#include <smmintrin.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dataplane/http/char_class.h"

namespace penstock::http {

namespace byte_scan_detail {

inline __m128i load(const char* from) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

// One bit for each of sixteen bytes that is no kValueChar: below 0x20 but HTAB, or DEL.
inline uint32_t not_value_chars(__m128i bytes) noexcept {
  // As signed numbers, bytes from 0x80 on are below zero, and legal.
  const __m128i control =
      _mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8(0x1f)), _mm_set1_epi8(0x1f));
  const __m128i tab = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'));
  const __m128i del = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
  return static_cast<uint32_t>(
      _mm_movemask_epi8(_mm_or_si128(_mm_andnot_si128(tab, control), del)));
}

inline uint32_t line_feeds(__m128i bytes) noexcept {
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))));
}

// For a class of ASCII characters: by the low half of a byte, one bit for each high half below 8
// with which it belongs to the class.
constexpr std::array<uint8_t, 16> make_halves(CharClass which) noexcept {
  std::array<uint8_t, 16> halves{};
  for (unsigned c = 0; c < 0x80; ++c) {
    if (is_in(which, static_cast<uint8_t>(c))) {
      halves[c & 15] = static_cast<uint8_t>(halves[c & 15] | 1u << (c >> 4));
    }
  }
  return halves;
}
// By the high half of a byte: its bit; none from 8 on, where no ASCII is.
alignas(16) inline constexpr std::array<uint8_t, 16> kHighBits = {1, 2, 4, 8, 16, 32, 64, 128};

template <CharClass kWhich>
uint32_t not_in_class(__m128i bytes) noexcept {
  static_assert(kWhich != kValueChar, "which is not ASCII alone");
  alignas(16) static constexpr std::array<uint8_t, 16> kHalves = make_halves(kWhich);
  const __m128i halves = _mm_load_si128(reinterpret_cast<const __m128i*>(kHalves.data()));
  const __m128i bits = _mm_load_si128(reinterpret_cast<const __m128i*>(kHighBits.data()));
  const __m128i low = _mm_shuffle_epi8(halves, _mm_and_si128(bytes, _mm_set1_epi8(0x0f)));
  const __m128i high =
      _mm_shuffle_epi8(bits, _mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(0x0f)));
  const __m128i is_in_class = _mm_and_si128(low, high);
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(is_in_class, _mm_setzero_si128())));
}

// What is left when fewer than sixteen bytes are.
template <class Found, class FoundOne>
[[gnu::noinline]] size_t first_in_rest(std::string_view text, size_t at, Found&& found,
                                       FoundOne&& found_one) noexcept {
  const size_t size = text.size();
  if (size >= 16 && at < size) {
    // The last sixteen; what lies before `at` was not asked for.
    const size_t last = size - 16;
    const uint32_t bits = found(load(text.data() + last)) >> (at - last);
    return bits == 0 ? size : at + static_cast<size_t>(std::countr_zero(bits));
  }
  while (at < size && !found_one(static_cast<uint8_t>(text[at]))) ++at;
  return at;
}

// The place of the first byte from `at` on for which found() has a bit; text.size() without one.
template <class Found, class FoundOne>
[[gnu::always_inline]] inline size_t first(std::string_view text, size_t at, Found&& found,
                                           FoundOne&& found_one) noexcept {
  const char* const data = text.data();
  const size_t size = text.size();
  for (; at + 16 <= size; at += 16) {
    const uint32_t bits = found(load(data + at));
    if (bits != 0) [[likely]]
      return at + static_cast<size_t>(std::countr_zero(bits));
  }
  return first_in_rest(text, at, found, found_one);
}

}  // namespace byte_scan_detail

// The place of the first byte from `at` on that is no kValueChar; text.size() without one.
inline size_t value_end(std::string_view text, size_t at = 0) noexcept {
  return byte_scan_detail::first(text, at, byte_scan_detail::not_value_chars,
                                 [](uint8_t byte) { return !is_in(kValueChar, byte); });
}

// The same for a class of ASCII characters.
template <CharClass kWhich>
size_t class_end(std::string_view text, size_t at = 0) noexcept {
  return byte_scan_detail::first(text, at, byte_scan_detail::not_in_class<kWhich>,
                                 [](uint8_t byte) { return !is_in(kWhich, byte); });
}

// The place of the first line feed from `at` on; text.size() without one.
inline size_t line_feed_position(std::string_view text, size_t at = 0) noexcept {
  return byte_scan_detail::first(text, at, byte_scan_detail::line_feeds,
                                 [](uint8_t byte) { return byte == '\n'; });
}

}  // namespace penstock::http
