// SPDX-License-Identifier: Apache-2.0
//
// Cuts an input in every way that matters to an incremental parser: whole, byte by byte, in two at
// every place, and, while it is short, in three at every pair of places.
// Each piece is a copy of exactly its size, so that the address sanitizer sees any read past it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace penstock::support {

using Piece = std::vector<uint8_t>;
using Pieces = std::vector<Piece>;

inline Pieces cut(std::string_view input, const std::vector<size_t>& places) {
  Pieces pieces;
  size_t from = 0;
  for (const size_t place : places) {
    pieces.emplace_back(input.begin() + from, input.begin() + place);
    from = place;
  }
  pieces.emplace_back(input.begin() + from, input.end());
  return pieces;
}

inline Pieces cut_into_bytes(std::string_view input) {
  Pieces pieces;
  for (const char c : input) pieces.push_back({static_cast<uint8_t>(c)});
  return pieces;
}

inline constexpr size_t kThreePartBytesMax = 48;

// Calls feed(const Pieces&) for each way of cutting `input`. An empty piece is never fed.
template <class Feed>
void for_every_split(std::string_view input, Feed&& feed) {
  feed(cut(input, {}));
  feed(cut_into_bytes(input));
  for (size_t a = 1; a < input.size(); ++a) {
    feed(cut(input, {a}));
    if (input.size() > kThreePartBytesMax) continue;
    for (size_t b = a + 1; b < input.size(); ++b) feed(cut(input, {a, b}));
  }
}

}  // namespace penstock::support
