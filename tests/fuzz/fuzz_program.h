// SPDX-License-Identifier: Apache-2.0
//
// FuzzProgram: the fuzzer's bytes, read as the numbers of a program, zeros once they are used up.
// A byte stands for one choice, so that a mutation of the input is a small change of the story.
#pragma once

#include <cstdint>

#include "dataplane/base/bytes.h"

namespace penstock::fuzz {

class FuzzProgram {
 public:
  explicit FuzzProgram(base::ByteSpan bytes) noexcept : bytes_(bytes) {}

  bool has_ended() const noexcept { return bytes_.empty(); }
  uint8_t byte() noexcept {
    if (bytes_.empty()) return 0;
    const uint8_t first = bytes_[0];
    bytes_ = bytes_.subspan(1);
    return first;
  }
  uint16_t word() noexcept {
    const uint8_t high = byte();
    return static_cast<uint16_t>(high << 8 | byte());
  }
  // Small numbers of either sign are the likely ones: -64 to 63 as they are, the rest in strides.
  int64_t step(int64_t stride) noexcept {
    const auto value = static_cast<int8_t>(byte());
    if (value >= -64 && value < 64) return value;
    return (value > 0 ? value - 63 : value + 64) * stride;
  }
  // The next bytes as they are, at most `count`.
  base::ByteSpan take(size_t count) noexcept {
    const base::ByteSpan taken = bytes_.first(count < bytes_.size() ? count : bytes_.size());
    bytes_ = bytes_.subspan(taken.size());
    return taken;
  }

 private:
  base::ByteSpan bytes_;
};

}  // namespace penstock::fuzz
