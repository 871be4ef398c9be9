// SPDX-License-Identifier: Apache-2.0
//
// Message: what one side sends, again and again: a head and a body whose every byte is known from
// its place. Bodies are not kept: a cyclic pattern stands for all of them, whose period is no
// multiple of a segment, so that what is shifted, swapped or repeated shows.
// Plain data; made at start.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "bench/load/frame.h"

namespace penstock::load {

class Pattern {
 public:
  static constexpr uint32_t kPeriod = 61'441;  // a prime; the pattern stays in a second-level cache

  Pattern();
  // The bytes of a body from `offset` on, at least kFrameBytesMax of them in one piece.
  const uint8_t* at(uint64_t offset) const noexcept { return &bytes_[offset % kPeriod]; }
  bool equals(uint64_t offset, Bytes bytes) const noexcept {
    return std::memcmp(at(offset), bytes.data(), bytes.size()) == 0;
  }

 private:
  std::vector<uint8_t> bytes_;
};

struct Message {
  std::string head;
  uint64_t body_bytes = 0;

  uint64_t size() const noexcept { return head.size() + body_bytes; }
  // Copies bytes [offset, offset + count) of the message.
  void copy(uint64_t offset, uint32_t count, const Pattern& pattern, uint8_t* to) const noexcept {
    if (offset < head.size()) {
      const auto part = static_cast<uint32_t>(std::min<uint64_t>(head.size() - offset, count));
      std::memcpy(to, head.data() + offset, part);
      to += part;
      offset += part;
      count -= part;
    }
    if (count > 0) std::memcpy(to, pattern.at(offset - head.size()), count);
  }
};

}  // namespace penstock::load
