// SPDX-License-Identifier: Apache-2.0
//
// StreamPattern: the bytes of an endless stream, each known from its place: what was moved,
// repeated or forgotten shows. The period is a prime, so that no window hides a shift.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dataplane/base/bytes.h"
#include "dataplane/base/check.h"

namespace penstock::fuzz {

class StreamPattern {
 public:
  static constexpr size_t kBytesMax = 4096;

  explicit StreamPattern(uint8_t factor) : bytes_(kPeriod + kBytesMax) {
    for (size_t i = 0; i < bytes_.size(); ++i) {
      const size_t place = i % kPeriod;
      bytes_[i] = static_cast<uint8_t>(place * factor + (place >> 8) * 101 + 7);
    }
  }

  base::ByteSpan at(int64_t place, size_t count) const {
    CHECK(count <= kBytesMax);
    constexpr auto kSigned = static_cast<int64_t>(kPeriod);
    return base::ByteSpan(bytes_).subspan(
        static_cast<size_t>((place % kSigned + kSigned) % kSigned), count);
  }

 private:
  static constexpr size_t kPeriod = 65'521;
  std::vector<uint8_t> bytes_;
};

}  // namespace penstock::fuzz
