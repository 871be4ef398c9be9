// SPDX-License-Identifier: Apache-2.0
//
// KeyedBody: the body of one message of the simulation: bytes that follow from its key alone, and
// look like no other key's. A byte that was lost, repeated, shifted or taken from another exchange
// is seen, whatever went wrong below.
// Any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace penstock::testing {

class KeyedBody {
 public:
  enum class Side : uint8_t { Request = 1, Response = 2 };
  KeyedBody(uint32_t exchange, Side side)
      : key_((uint64_t{exchange} << 8 | static_cast<uint8_t>(side)) * 0x9e3779b97f4a7c15ull) {}

  // Bytes [offset, offset + count) of it; it has no end.
  std::string bytes(size_t count, size_t offset = 0) const {
    std::string all(count + 16, '\0');
    const size_t first = offset / 8;
    for (size_t i = 0; i * 8 < count + 8; ++i) {
      const uint64_t word = word_at(first + i);
      std::memcpy(&all[i * 8], &word, sizeof word);
    }
    all.erase(0, offset % 8);
    all.resize(count);
    return all;
  }

  // Where `received` stops being the beginning of it; its size when it never does.
  size_t agrees_for(std::string_view received) const {
    const std::string wanted = bytes(received.size());
    const auto ends = std::mismatch(received.begin(), received.end(), wanted.begin());
    return static_cast<size_t>(ends.first - received.begin());
  }

 private:
  // splitmix64, as a function of the place.
  uint64_t word_at(uint64_t index) const {
    uint64_t z = key_ + (index + 1) * 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }

  uint64_t key_;
};

}  // namespace penstock::testing
