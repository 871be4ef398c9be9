// SPDX-License-Identifier: Apache-2.0
//
// Eight bytes of a text in one word, the first in the lowest bits: how hosts are folded and texts
// are hashed, without a loop over their bytes.
// Any thread. Nothing outside the text is read: what a word has no bytes for is zero.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace penstock::route {

inline constexpr size_t kWordBytes = sizeof(uint64_t);
static_assert(std::endian::native == std::endian::little);

namespace text_word_detail {

inline constexpr uint64_t kOnes = 0x0101010101010101ull;  // one in each byte
inline constexpr uint64_t kTopBits = 0x80 * kOnes;

template <class Word>
uint64_t load(const char* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

}  // namespace text_word_detail

// The first of `count` bytes. Fewer than eight are put together from loads that overlap.
inline uint64_t load_word(const char* from, size_t count) noexcept {
  using text_word_detail::load;
  if (count >= 8) return load<uint64_t>(from);
  if (count >= 4) return load<uint32_t>(from) | load<uint32_t>(from + count - 4) << 8 * (count - 4);
  if (count == 0) return 0;
  return load<uint8_t>(from) | load<uint8_t>(from + count / 2) << 8 * (count / 2) |
         load<uint8_t>(from + count - 1) << 8 * (count - 1);
}

// `count` is 1 to 8.
constexpr uint64_t first_bytes(uint64_t word, size_t count) noexcept {
  return word & ~uint64_t{0} >> 8 * (kWordBytes - count);
}

// The top bit of each byte that is `byte`, and no other bit.
constexpr uint64_t bytes_equal_to(uint64_t word, char byte) noexcept {
  using text_word_detail::kOnes;
  using text_word_detail::kTopBits;
  // The shorter x - kOnes & ~x also finds a byte that differs in its lowest bit and follows a
  // match.
  const uint64_t x = word ^ static_cast<uint8_t>(byte) * kOnes;
  return ~(((x & ~kTopBits) + ~kTopBits) | x | ~kTopBits);
}

// A to Z become a to z.
constexpr uint64_t lower_case(uint64_t word) noexcept {
  using text_word_detail::kOnes;
  using text_word_detail::kTopBits;
  const uint64_t low_bits = word & ~kTopBits;
  const uint64_t from_a = low_bits + (0x80 - 'A') * kOnes;
  const uint64_t above_z = low_bits + (0x80 - 'Z' - 1) * kOnes;
  const uint64_t capitals = from_a & ~above_z & ~word & kTopBits;
  return word | capitals >> 2;
}
static_assert(0x80 >> 2 == 'a' - 'A');

}  // namespace penstock::route
