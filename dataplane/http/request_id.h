// SPDX-License-Identifier: Apache-2.0
//
// The id by which one request is followed through logs: 128 bits in hexadecimal, or what a trusted
// proxy calls it already.
// Ids are told apart, not kept secret: they come from the worker's generator.
// Called by the proxy on the worker that owns the exchange.
#pragma once

#include <array>
#include <string_view>

#include "dataplane/base/limits.h"
#include "dataplane/base/random.h"
#include "dataplane/http/char_class.h"

namespace penstock::http {

inline constexpr size_t kMadeRequestIdBytes = 32;
static_assert(kMadeRequestIdBytes <= base::kRequestIdBytesMax);

// Whether a received one is taken: it goes into logs and messages.
constexpr bool is_request_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= base::kRequestIdBytesMax && consists_of(kTokenChar, text);
}

inline std::string_view make_request_id(base::Random& random,
                                        std::array<char, kMadeRequestIdBytes>& room) noexcept {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (size_t at = 0; at < room.size();) {
    uint64_t word = random.next();
    for (int digit = 0; digit < 16; ++digit, word >>= 4) room[at++] = kDigits[word & 15];
  }
  return {room.data(), room.size()};
}

}  // namespace penstock::http
