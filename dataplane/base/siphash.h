// SPDX-License-Identifier: Apache-2.0
//
// SipHash: a keyed 64-bit hash that a peer cannot steer without the key. 2-4 rounds for what must
// not be guessed (initial sequence numbers, cookies), 1-3 rounds for hash tables, where it only
// has to keep collisions from being made on purpose.
// It hashes whole 64-bit words, because most keys here are made of integers; the result equals
// SipHash over the same words in little-endian memory.
// Any thread.
// Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dataplane/base/random.h"

namespace penstock::base {

namespace siphash_detail {

struct State {
  uint64_t v0, v1, v2, v3;

  [[gnu::always_inline]] constexpr void round() noexcept {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  template <int kRounds>
  [[gnu::always_inline]] constexpr void absorb(uint64_t word) noexcept {
    v3 ^= word;
    for (int i = 0; i < kRounds; ++i) round();
    v0 ^= word;
  }
};

constexpr State start(SecretKey key) noexcept {
  return {key.k0 ^ 0x736f6d6570736575ull, key.k1 ^ 0x646f72616e646f6dull,
          key.k0 ^ 0x6c7967656e657261ull, key.k1 ^ 0x7465646279746573ull};
}

template <int kFinish>
constexpr uint64_t finish(State s) noexcept {
  s.v2 ^= 0xff;
  for (int i = 0; i < kFinish; ++i) s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

template <int kCompress, int kFinish, class... Words>
constexpr uint64_t hash(SecretKey key, Words... words) noexcept {
  State s = start(key);
  (s.template absorb<kCompress>(words), ...);
  s.template absorb<kCompress>(static_cast<uint64_t>(sizeof...(words) * 8) << 56);
  return finish<kFinish>(s);
}

}  // namespace siphash_detail

// For secrets: siphash24(key, word, word, ...), each word a uint64_t.
template <class... Words>
constexpr uint64_t siphash24(SecretKey key, Words... words) noexcept {
  return siphash_detail::hash<2, 4>(key, uint64_t{words}...);
}

// For hash tables.
template <class... Words>
constexpr uint64_t siphash13(SecretKey key, Words... words) noexcept {
  return siphash_detail::hash<1, 3>(key, uint64_t{words}...);
}

// For hash tables of texts that peers write, each behind a word that says what it is.
constexpr uint64_t siphash13_text(SecretKey key, uint64_t word, std::string_view text) noexcept {
  siphash_detail::State s = siphash_detail::start(key);
  s.absorb<1>(word);
  uint64_t last = static_cast<uint64_t>(sizeof word + text.size()) << 56;
  for (size_t from = 0; from < text.size(); from += 8) {
    const size_t count = text.size() - from < 8 ? text.size() - from : 8;
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; ++i) {
      bytes |= static_cast<uint64_t>(static_cast<uint8_t>(text[from + i])) << (8 * i);
    }
    if (count == 8) {
      s.absorb<1>(bytes);
    } else {
      last |= bytes;
    }
  }
  s.absorb<1>(last);
  return siphash_detail::finish<3>(s);
}

}  // namespace penstock::base
