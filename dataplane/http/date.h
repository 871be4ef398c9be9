// SPDX-License-Identifier: Apache-2.0
//
// The Date field of what leaves now: a second of wall time as IMF-fixdate, made anew only when the
// second is another one. It reads no clock: the caller brings the time.
// Owned by the conductor on one worker.
// RFC 9110 5.6.7 (IMF-fixdate), 6.6.1 (Date).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock::http {

class DateText {
 public:
  static constexpr size_t kBytes = 29;
  // The end of the year 9999: the year has four digits.
  static constexpr int64_t kSecondMax = 253'402'300'799;

  // Seconds since the Unix epoch, 0..kSecondMax; what lies outside is the nearest of these.
  // "Sun, 06 Nov 1994 08:49:37 GMT". Valid until the next call.
  std::string_view at(int64_t second) noexcept {
    if (second != second_) render(second);
    return {text_.data(), kBytes};
  }

 private:
  void render(int64_t second) noexcept;

  int64_t second_ = -1;
  std::array<char, kBytes> text_{};
};

}  // namespace penstock::http
