// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/checksum.h"

#include <cstring>

namespace penstock::wire {

namespace {

// The sum of one span that starts at an even position, folded, in memory order.
uint16_t sum_span(base::ByteSpan bytes) noexcept {
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  uint64_t low = 0;  // 32-bit halves are summed apart, so that no carry is lost before 2^32 words
  uint64_t high = 0;
  while (left >= 8) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    low += word & 0xffff'ffff;
    high += word >> 32;
    at += 8;
    left -= 8;
  }
  if (left > 0) {
    uint64_t word = 0;
    std::memcpy(&word, at, left);
    low += word & 0xffff'ffff;
    high += word >> 32;
  }
  return fold_words(uint64_t{fold_words(low)} + fold_words(high));
}

}  // namespace

void Checksum::add(base::ByteSpan bytes) noexcept {
  if (bytes.empty()) return;
  const uint16_t sum = sum_span(bytes);
  // RFC 1071 2(B): at an odd position every byte stands in the other half of its word.
  add_word(odd_ ? __builtin_bswap16(sum) : sum);
  odd_ = odd_ != ((bytes.size() & 1) != 0);
}

void Checksum::add_pseudo_header_v6(base::IpAddress source, base::IpAddress destination,
                                    uint8_t protocol, uint32_t upper_bytes) noexcept {
  for (const uint64_t half : {source.high(), source.low(), destination.high(), destination.low()}) {
    const uint64_t word = __builtin_bswap64(half);
    add_word((word >> 32) + (word & 0xffff'ffff));
  }
  add_word(uint64_t{__builtin_bswap32(upper_bytes)} + __builtin_bswap32(protocol));
}

uint16_t checksum_of(base::ByteSpan bytes) noexcept {
  Checksum checksum;
  checksum.add(bytes);
  return checksum.complement();
}

}  // namespace penstock::wire
