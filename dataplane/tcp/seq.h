// SPDX-License-Identifier: Apache-2.0
//
// Seq: a TCP sequence number. It is not an integer: it wraps, so only distances and the order of
// numbers less than 2^31 apart have a meaning, and those are all that is offered.
// Any thread.
// RFC 9293 3.4.
#pragma once

#include <cstdint>

namespace penstock::tcp {

class Seq {
 public:
  constexpr Seq() noexcept = default;
  constexpr explicit Seq(uint32_t value) noexcept : value_(value) {}
  // As on the wire.
  constexpr uint32_t value() const noexcept { return value_; }

  constexpr Seq operator+(uint32_t bytes) const noexcept { return Seq(value_ + bytes); }
  constexpr Seq operator-(uint32_t bytes) const noexcept { return Seq(value_ - bytes); }
  constexpr Seq& operator+=(uint32_t bytes) noexcept { return *this = *this + bytes; }
  // The signed distance from `other` to here.
  constexpr int32_t operator-(Seq other) const noexcept {
    return static_cast<int32_t>(value_ - other.value_);
  }

  constexpr bool operator==(const Seq&) const noexcept = default;
  constexpr bool operator<(Seq other) const noexcept { return *this - other < 0; }
  constexpr bool operator<=(Seq other) const noexcept { return *this - other <= 0; }
  constexpr bool operator>(Seq other) const noexcept { return *this - other > 0; }
  constexpr bool operator>=(Seq other) const noexcept { return *this - other >= 0; }

 private:
  uint32_t value_ = 0;
};

// Bytes from `from` to `to`, which must not lie before it.
constexpr uint32_t bytes_between(Seq from, Seq to) noexcept { return to.value() - from.value(); }

constexpr Seq later(Seq a, Seq b) noexcept { return a < b ? b : a; }
constexpr Seq earlier(Seq a, Seq b) noexcept { return b < a ? b : a; }

}  // namespace penstock::tcp
