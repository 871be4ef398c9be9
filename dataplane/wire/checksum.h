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
#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"

namespace penstock::wire {

class Checksum {
 public:
  void add(base::ByteSpan bytes) noexcept;
  // Source, destination, protocol and length of the upper layer. Both addresses
  // are of one family.
  void add_pseudo_header(base::IpAddress source, base::IpAddress destination, uint8_t protocol,
                         uint32_t upper_bytes) noexcept;

  // The folded sum, as the number that store_be16() writes. Offloading ports want the pseudo
  // header's sum in this form.
  uint16_t sum() const noexcept;
  // Its complement: what a checksum field holds. Over data that includes a right checksum it is 0.
  uint16_t complement() const noexcept { return static_cast<uint16_t>(~sum()); }

 private:
  void add_pseudo_header_v6(base::IpAddress source, base::IpAddress destination, uint8_t protocol,
                            uint32_t upper_bytes) noexcept;
  void add_word(uint64_t word) noexcept;

  uint64_t sum_ = 0;  // memory order, end-around carry already added
  bool odd_ = false;  // an odd number of bytes went before
};

// The checksum of one span.
uint16_t checksum_of(base::ByteSpan bytes) noexcept;
// The same of an IPv4 header without options, which nearly all are: of its bytes, and of its words
// as numbers before they are written.
uint16_t checksum_of_20(const uint8_t* header) noexcept;
uint16_t checksum_of_words(const std::array<uint32_t, 5>& words) noexcept;

// The ones-complement sum of the pseudo header alone.
uint16_t pseudo_header_sum(base::IpAddress source, base::IpAddress destination, uint8_t protocol,
                           uint32_t upper_bytes) noexcept;

}  // namespace penstock::wire
