// SPDX-License-Identifier: Apache-2.0
//
// Status codes: their phrases for replies that Penstock makes, and what a code says by itself
// about the message.
// Any thread. RFC 9110 15.
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::http {

inline constexpr uint16_t kStatusMin = 100;
inline constexpr uint16_t kStatusMax = 599;

// "Not Found"; empty for a code that we have no phrase for, which is legal on the wire.
std::string_view status_phrase(uint16_t status) noexcept;

// An interim response (1xx): another response to the same request follows.
constexpr bool is_interim(uint16_t status) noexcept { return status >= 100 && status < 200; }

// RFC 9112 6.3: these end with their head, whatever their fields say.
constexpr bool never_has_body(uint16_t status) noexcept {
  return is_interim(status) || status == 204 || status == 304;
}

}  // namespace penstock::http
