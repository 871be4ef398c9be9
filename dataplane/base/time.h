// SPDX-License-Identifier: Apache-2.0
//
// Instant and Duration: 64-bit nanosecond values that cannot be mixed up with plain numbers.
// An Instant counts from an arbitrary origin that never moves while the process lives.
// Nothing here reads a clock; `now` is passed in (base/clock.h is the one reader).
// Any thread. Range: about 292 years either side of the origin; arithmetic is not saturated.
#pragma once

#include <compare>
#include <cstdint>

namespace penstock::base {

class Duration {
 public:
  constexpr Duration() noexcept = default;
  static constexpr Duration from_ns(int64_t ns) noexcept { return Duration(ns); }
  static constexpr Duration from_us(int64_t us) noexcept { return Duration(us * 1'000); }
  static constexpr Duration from_ms(int64_t ms) noexcept { return Duration(ms * 1'000'000); }
  static constexpr Duration from_s(int64_t s) noexcept { return Duration(s * 1'000'000'000); }

  constexpr int64_t ns() const noexcept { return ns_; }
  constexpr int64_t us() const noexcept { return ns_ / 1'000; }
  constexpr int64_t ms() const noexcept { return ns_ / 1'000'000; }

  constexpr auto operator<=>(const Duration&) const noexcept = default;
  constexpr Duration operator+(Duration other) const noexcept { return Duration(ns_ + other.ns_); }
  constexpr Duration operator-(Duration other) const noexcept { return Duration(ns_ - other.ns_); }
  constexpr Duration operator*(int64_t factor) const noexcept { return Duration(ns_ * factor); }
  constexpr Duration operator/(int64_t divisor) const noexcept { return Duration(ns_ / divisor); }

 private:
  constexpr explicit Duration(int64_t ns) noexcept : ns_(ns) {}
  int64_t ns_ = 0;
};

class Instant {
 public:
  constexpr Instant() noexcept = default;
  static constexpr Instant from_ns(int64_t ns) noexcept { return Instant(ns); }
  // Later than every instant that a clock will ever show: "no deadline".
  static constexpr Instant never() noexcept { return Instant(INT64_MAX); }

  constexpr int64_t ns() const noexcept { return ns_; }
  constexpr bool is_never() const noexcept { return ns_ == INT64_MAX; }

  constexpr auto operator<=>(const Instant&) const noexcept = default;
  constexpr Instant operator+(Duration d) const noexcept { return Instant(ns_ + d.ns()); }
  constexpr Instant operator-(Duration d) const noexcept { return Instant(ns_ - d.ns()); }
  constexpr Duration operator-(Instant other) const noexcept {
    return Duration::from_ns(ns_ - other.ns_);
  }

 private:
  constexpr explicit Instant(int64_t ns) noexcept : ns_(ns) {}
  int64_t ns_ = 0;
};

constexpr Instant earlier(Instant a, Instant b) noexcept { return a < b ? a : b; }

}  // namespace penstock::base
