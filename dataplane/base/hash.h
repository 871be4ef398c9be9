// SPDX-License-Identifier: Apache-2.0
//
// A fast hash of bytes and words for tables whose keys no peer chooses, and for keys that every
// node must hash alike. It keeps no secret: a table that a peer can fill uses siphash.h.
// Any thread.
// Invariants: (1) the result depends on the bytes and the seed alone, on every machine and in
// every version; (2) every input bit reaches every output bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock::base {

// The finalizer of splitmix64 (Steele, Lea and Flood, 2014).
constexpr uint64_t hash64(uint64_t word) noexcept {
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ull;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebull;
  return word ^ (word >> 31);
}

// Eight bytes a step, each step a bijection of the state, so that no input can erase what came
// before it.
constexpr uint64_t hash64(std::string_view bytes, uint64_t seed) noexcept {
  constexpr uint64_t kMultiplier = 0x9e3779b97f4a7c15ull;
  const auto load = [&bytes](size_t from, size_t count) {
    uint64_t word = 0;
    for (size_t i = 0; i < count; ++i) {
      word |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[from + i])) << (8 * i);
    }
    return word;
  };
  uint64_t state = hash64(seed ^ (bytes.size() * kMultiplier));
  size_t at = 0;
  for (; bytes.size() - at >= 8; at += 8) {
    state = (state ^ hash64(load(at, 8))) * kMultiplier;
    state ^= state >> 32;
  }
  if (at < bytes.size()) state = (state ^ hash64(load(at, bytes.size() - at))) * kMultiplier;
  return hash64(state);
}

}  // namespace penstock::base
