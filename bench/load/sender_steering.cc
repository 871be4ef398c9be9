// SPDX-License-Identifier: Apache-2.0
#include "bench/load/sender_steering.h"

namespace penstock::load {

namespace {

// Microsoft's verification key, which is also most drivers' default.
constexpr std::array<uint8_t, 40> kKey = {
    0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
    0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
    0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};

constexpr uint32_t kAddresses = 26;  // both, then both ports, of a frame without IPv4 options
constexpr uint32_t kInputBytes = 12;

// By position and value of a byte of the input: its part of the hash, for Toeplitz is linear.
using ByteTable = std::array<std::array<uint32_t, 256>, kInputBytes>;

uint32_t key_bits_from(uint32_t bit) noexcept {
  uint32_t window = 0;
  for (uint32_t i = 0; i < 32; ++i) {
    const uint32_t at = bit + i;
    window = window << 1 | (kKey[at / 8] >> (7 - at % 8) & 1u);
  }
  return window;
}

ByteTable make_table() noexcept {
  ByteTable table{};
  for (uint32_t position = 0; position < kInputBytes; ++position) {
    for (uint32_t value = 0; value < 256; ++value) {
      for (uint32_t bit = 0; bit < 8; ++bit) {
        if ((value >> (7 - bit) & 1) != 0) {
          table[position][value] ^= key_bits_from(position * 8 + bit);
        }
      }
    }
  }
  return table;
}

}  // namespace

SenderSteering::SenderSteering(uint16_t queues) noexcept : queues_(queues) {
  for (uint32_t i = 0; i < kTableSize; ++i) table_[i] = static_cast<uint16_t>(i % queues);
}

uint32_t SenderSteering::toeplitz(Bytes input) noexcept {
  static const ByteTable table = make_table();
  uint32_t hash = 0;
  for (uint32_t i = 0; i < input.size() && i < kInputBytes; ++i) hash ^= table[i][input[i]];
  return hash;
}

uint16_t SenderSteering::queue_of(Bytes frame) const noexcept {
  if (queues_ == 1) return 0;
  const bool is_tcp = frame.size() >= kHeaderBytes && frame[12] == 0x08 && frame[13] == 0x00 &&
                      frame[14] == 0x45 && frame[23] == 6;
  if (!is_tcp) return 0;
  return table_[toeplitz(frame.subspan(kAddresses, kInputBytes)) % kTableSize];
}

}  // namespace penstock::load
