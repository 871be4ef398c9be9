// SPDX-License-Identifier: Apache-2.0
//
// Explicit congestion notification as both IP versions carry it: two bits of an octet whose others
// are the differentiated services code point.
// What they lead to is tcp/'s.
// Any thread.
// RFC 3168 5, RFC 2474 3.
#pragma once

#include <cstdint>

namespace penstock::wire {

enum class Ecn : uint8_t {
  NotCapable = 0,             // Not-ECT
  Capable1 = 1,               // ECT(1)
  Capable = 2,                // ECT(0)
  CongestionExperienced = 3,  // CE
};

inline constexpr uint8_t kEcnMask = 3;

// The octet that both versions carry: differentiated services (RFC 2474 3) and this.
constexpr uint32_t traffic_class(uint8_t dscp, Ecn ecn) noexcept {
  return uint32_t{dscp} << 2 | static_cast<uint32_t>(ecn);
}
constexpr uint8_t dscp_of(uint8_t traffic_class) noexcept {
  return static_cast<uint8_t>(traffic_class >> 2);
}
constexpr Ecn ecn_of(uint8_t traffic_class) noexcept {
  return static_cast<Ecn>(traffic_class & kEcnMask);
}

}  // namespace penstock::wire
