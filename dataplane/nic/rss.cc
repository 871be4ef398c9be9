// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/rss.h"

#include <bit>
#include <utility>

#include "dataplane/base/check.h"

namespace penstock::nic {

namespace {

uint32_t key_bits_from(std::span<const uint8_t> key, size_t bit) noexcept {
  uint32_t window = 0;
  for (size_t i = 0; i < 32; ++i) {
    const size_t at = bit + i;
    window = window << 1 | (key[at / 8] >> (7 - at % 8) & 1u);
  }
  return window;
}

}  // namespace

Toeplitz::Toeplitz(std::span<const uint8_t> key) noexcept : table_{} {
  CHECK(key.size() >= kRssKeyBytes);
  for (size_t bit = 0; bit < 8 * kInputBytes; ++bit) {
    const uint32_t window = key_bits_from(key, bit);
    auto& of_octet = table_[bit / 8];
    for (size_t value = 0; value < of_octet.size(); ++value) {
      if ((value >> (7 - bit % 8) & 1) != 0) of_octet[value] ^= window;
    }
  }
}

uint32_t Toeplitz::partial_hash(const base::Endpoint& source,
                                base::IpAddress destination) const noexcept {
  const size_t address_bytes = destination.is_v4() ? 4 : 16;
  const size_t ports_at = 2 * address_bytes;
  return hash_address(0, source.address) ^ hash_address(address_bytes, destination) ^
         table_[ports_at][source.port >> 8] ^ table_[ports_at + 1][source.port & 0xff];
}

uint32_t Toeplitz::hash_address(size_t at, base::IpAddress address) const noexcept {
  if (address.is_v4()) return hash_word(at, address.v4());
  return hash_word(at, static_cast<uint32_t>(address.high() >> 32)) ^
         hash_word(at + 4, static_cast<uint32_t>(address.high())) ^
         hash_word(at + 8, static_cast<uint32_t>(address.low() >> 32)) ^
         hash_word(at + 12, static_cast<uint32_t>(address.low()));
}

RedirectionTable::RedirectionTable(std::vector<uint16_t> queues)
    : queues_(std::move(queues)), mask_(static_cast<uint32_t>(queues_.size()) - 1) {
  CHECK(std::has_single_bit(queues_.size()));
}

}  // namespace penstock::nic
