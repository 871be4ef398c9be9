// SPDX-License-Identifier: Apache-2.0
//
// The Internet checksum over any number of spans, and the pseudo headers.
// Bytes are summed eight at a time in memory order and turned round once at the end, which RFC 1071
// section 2(B) allows. A span of odd length may be followed by others: the position is remembered.
// It computes; where the result goes (or whether the port does it) is decided in nic/offload.h.
// Any thread.
// RFC 1071, RFC 9293 3.1 and RFC 8200 8.1 (pseudo headers).
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"

namespace penstock::wire {

// The ones-complement sum of the four 16-bit words of `sum`. A number to which its own halves are
// added the other way round holds their sum in its upper half, with the carry of the lower one.
constexpr uint16_t fold_words(uint64_t sum) noexcept {
  const auto half = static_cast<uint32_t>((sum + std::rotl(sum, 32)) >> 32);
  return static_cast<uint16_t>((half + std::rotl(half, 16)) >> 16);
}

class Checksum {
 public:
  void add(base::ByteSpan bytes) noexcept;
  // Source, destination, protocol and length of the upper layer. Both addresses
  // are of one family.
  void add_pseudo_header(base::IpAddress source, base::IpAddress destination, uint8_t protocol,
                         uint32_t upper_bytes) noexcept;

  // The folded sum, as the number that store_be16() writes. Offloading ports want the pseudo
  // header's sum in this form.
  uint16_t sum() const noexcept { return __builtin_bswap16(fold_words(sum_)); }
  // Its complement: what a checksum field holds. Over data that includes a right checksum it is 0.
  uint16_t complement() const noexcept { return static_cast<uint16_t>(~sum()); }

 private:
  void add_pseudo_header_v6(base::IpAddress source, base::IpAddress destination, uint8_t protocol,
                            uint32_t upper_bytes) noexcept;
  void add_word(uint64_t word) noexcept { sum_ += word; }

  uint64_t sum_ = 0;  // memory order, end-around carry already added
  bool odd_ = false;  // an odd number of bytes went before
};

// The checksum of one span.
uint16_t checksum_of(base::ByteSpan bytes) noexcept;
// The same of an IPv4 header without options, which nearly all are: of its bytes, and of its words
// as numbers before they are written.
inline uint16_t checksum_of_20(const uint8_t* header) noexcept {
  uint32_t words[5];
  std::memcpy(words, header, sizeof words);
  const uint64_t sum = uint64_t{words[0]} + words[1] + words[2] + words[3] + words[4];
  return static_cast<uint16_t>(~__builtin_bswap16(fold_words(sum)));
}
inline uint16_t checksum_of_words(const std::array<uint32_t, 5>& words) noexcept {
  uint64_t sum = 0;
  for (const uint32_t word : words) sum += word;
  return static_cast<uint16_t>(~fold_words(sum));
}

inline void Checksum::add_pseudo_header(base::IpAddress source, base::IpAddress destination,
                                        uint8_t protocol, uint32_t upper_bytes) noexcept {
  if (!source.is_v4()) return add_pseudo_header_v6(source, destination, protocol, upper_bytes);
  // The words as they would lie in memory: the two addresses, zero and the protocol, the length.
  const uint64_t last = uint64_t{protocol} << 16 | (upper_bytes & 0xffff);
  add_word(uint64_t{__builtin_bswap32(source.v4())} + __builtin_bswap32(destination.v4()) +
           __builtin_bswap32(static_cast<uint32_t>(last)));
}

// The ones-complement sum of the pseudo header alone.
inline uint16_t pseudo_header_sum(base::IpAddress source, base::IpAddress destination,
                                  uint8_t protocol, uint32_t upper_bytes) noexcept {
  Checksum checksum;
  checksum.add_pseudo_header(source, destination, protocol, upper_bytes);
  return checksum.sum();
}

}  // namespace penstock::wire
