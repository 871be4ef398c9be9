// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/checksum.h"

#include <bit>
#include <cstring>

#include "dataplane/wire/byte_order.h"

namespace penstock::wire {

namespace {

uint16_t fold(uint64_t sum) noexcept {
  sum = (sum >> 32) + (sum & 0xffff'ffff);
  sum = (sum >> 32) + (sum & 0xffff'ffff);
  sum = (sum >> 16) + (sum & 0xffff);
  sum = (sum >> 16) + (sum & 0xffff);
  return static_cast<uint16_t>(sum);
}

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
  return fold(uint64_t{fold(low)} + fold(high));
}

}  // namespace

void Checksum::add(base::ByteSpan bytes) noexcept {
  if (bytes.empty()) return;
  const uint16_t sum = sum_span(bytes);
  // RFC 1071 2(B): at an odd position every byte stands in the other half of its word.
  add_word(odd_ ? __builtin_bswap16(sum) : sum);
  odd_ = odd_ != ((bytes.size() & 1) != 0);
}

void Checksum::add_pseudo_header(base::IpAddress source, base::IpAddress destination,
                                 uint8_t protocol, uint32_t upper_bytes) noexcept {
  if (!source.is_v4()) return add_pseudo_header_v6(source, destination, protocol, upper_bytes);
  // The words as they would lie in memory: the two addresses, zero and the protocol, the length.
  const uint64_t last = uint64_t{protocol} << 16 | (upper_bytes & 0xffff);
  add_word(uint64_t{__builtin_bswap32(source.v4())} + __builtin_bswap32(destination.v4()) +
           __builtin_bswap32(static_cast<uint32_t>(last)));
}

void Checksum::add_pseudo_header_v6(base::IpAddress source, base::IpAddress destination,
                                    uint8_t protocol, uint32_t upper_bytes) noexcept {
  for (const uint64_t half : {source.high(), source.low(), destination.high(), destination.low()}) {
    const uint64_t word = __builtin_bswap64(half);
    add_word((word >> 32) + (word & 0xffff'ffff));
  }
  add_word(uint64_t{__builtin_bswap32(upper_bytes)} + __builtin_bswap32(protocol));
}

uint16_t Checksum::sum() const noexcept { return __builtin_bswap16(fold(sum_)); }

void Checksum::add_word(uint64_t word) noexcept { sum_ += word; }

uint16_t checksum_of(base::ByteSpan bytes) noexcept {
  Checksum checksum;
  checksum.add(bytes);
  return checksum.complement();
}

uint16_t checksum_of_20(const uint8_t* header) noexcept {
  uint32_t words[5];
  std::memcpy(words, header, sizeof words);
  const uint64_t sum = uint64_t{words[0]} + words[1] + words[2] + words[3] + words[4];
  return static_cast<uint16_t>(~__builtin_bswap16(fold(sum)));
}

uint16_t checksum_of_words(const std::array<uint32_t, 5>& words) noexcept {
  uint64_t sum = 0;
  for (const uint32_t word : words) sum += word;
  return static_cast<uint16_t>(~fold(sum));
}

uint16_t pseudo_header_sum(base::IpAddress source, base::IpAddress destination, uint8_t protocol,
                           uint32_t upper_bytes) noexcept {
  Checksum checksum;
  checksum.add_pseudo_header(source, destination, protocol, upper_bytes);
  return checksum.sum();
}

}  // namespace penstock::wire
