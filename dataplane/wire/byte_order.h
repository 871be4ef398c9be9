// SPDX-License-Identifier: Apache-2.0
//
// Reads and writes integers in network byte order at any alignment.
// Lengths are the caller's to check; the codecs of wire/ are the only callers.
// Any thread.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace penstock::wire {

static_assert(std::endian::native == std::endian::little, "x86-64 and arm64 only");

inline uint16_t load_be16(const uint8_t* from) noexcept {
  uint16_t value;
  std::memcpy(&value, from, sizeof value);
  return __builtin_bswap16(value);
}

inline uint32_t load_be32(const uint8_t* from) noexcept {
  uint32_t value;
  std::memcpy(&value, from, sizeof value);
  return __builtin_bswap32(value);
}

inline uint64_t load_be64(const uint8_t* from) noexcept {
  uint64_t value;
  std::memcpy(&value, from, sizeof value);
  return __builtin_bswap64(value);
}

inline void store_be16(uint8_t* to, uint16_t value) noexcept {
  value = __builtin_bswap16(value);
  std::memcpy(to, &value, sizeof value);
}

inline void store_be32(uint8_t* to, uint32_t value) noexcept {
  value = __builtin_bswap32(value);
  std::memcpy(to, &value, sizeof value);
}

inline void store_be64(uint8_t* to, uint64_t value) noexcept {
  value = __builtin_bswap64(value);
  std::memcpy(to, &value, sizeof value);
}

}  // namespace penstock::wire
