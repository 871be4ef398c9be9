// SPDX-License-Identifier: Apache-2.0
//
// Walks a text by its elements, each with the slash before it, and knows at the end of each of them
// the hash of all that was passed: one pass hashes every prefix of a path that a rule could name.
//
//     /api/v1/item     stops at  /api|/v1|/item
//
// It looks nothing up (text_index.h). Any thread; does not allocate.
// Invariant: the hash depends on the bytes passed alone, not on what follows them.
// It keeps no secret: clients can make texts with equal hashes, so a table that it addresses holds
// only the operator's texts, and compares them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dataplane/base/check.h"
#include "dataplane/base/hash.h"
#include "dataplane/route/text_word.h"

namespace penstock::route {

class ElementWalk {
 public:
  explicit ElementWalk(std::string_view text) noexcept : text_(text) {}

  bool at_end() const noexcept { return passed_ == text_.size(); }
  // To the end of the next element; not at the end of the text.
  void next() noexcept;

  std::string_view passed() const noexcept { return text_.substr(0, passed_); }
  uint64_t hash() const noexcept { return base::hash64(state_); }

 private:
  // Every step is a bijection of the state, so that no word can erase what came before it.
  void absorb(uint64_t word) noexcept {
    state_ = (state_ ^ word) * 0x9e3779b97f4a7c15ull;
    state_ ^= state_ >> 32;
  }

  std::string_view text_;
  size_t passed_ = 0;
  uint64_t state_ = 0;
};

inline void ElementWalk::next() noexcept {
  DCHECK(!at_end());
  // The first byte may be a slash, the one that begins the element.
  uint64_t may_end = ~uint64_t{0xff};
  size_t length = 0;
  do {
    const size_t left = text_.size() - passed_;
    const uint64_t word = load_word(text_.data() + passed_, left);
    const uint64_t slashes = bytes_equal_to(word, '/') & may_end;
    length = std::min(left, static_cast<size_t>(std::countr_zero(slashes)) / 8);
    absorb(first_bytes(word, length));
    passed_ += length;
    may_end = ~uint64_t{0};
  } while (length == kWordBytes && !at_end() && text_[passed_] != '/');
}

// The hash that a walk has at the end of the text.
inline uint64_t text_hash(std::string_view text) noexcept {
  ElementWalk walk(text);
  while (!walk.at_end()) walk.next();
  return walk.hash();
}

}  // namespace penstock::route
