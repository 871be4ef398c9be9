// SPDX-License-Identifier: Apache-2.0
//
// A host name in the one form in which rules compare it: lower case, without the dot that may end
// a fully qualified name; and the same backwards, so that a suffix can be matched as a prefix.
// Fixed size, on the stack of the caller; any thread.
// Invariant: a host longer than base::kHostBytesMax folds to the empty text, which no rule names,
// so that only rules for any host take it.
// RFC 4343 (case), RFC 1034 3.1 (trailing dot).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dataplane/base/limits.h"

namespace penstock::route {

class FoldedHost {
 public:
  explicit FoldedHost(std::string_view host) noexcept {
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.size() > base::kHostBytesMax) return;
    length_ = static_cast<uint32_t>(host.size());
    for (uint32_t i = 0; i < length_; ++i) {
      const char c = host[i];
      const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
      forward_[i] = backward_[length_ - 1 - i] = lower;
    }
  }

  std::string_view text() const noexcept { return {forward_.data(), length_}; }
  std::string_view reversed() const noexcept { return {backward_.data(), length_}; }

 private:
  uint32_t length_ = 0;
  std::array<char, base::kHostBytesMax> forward_;   // NOLINT: only the first length_ are set
  std::array<char, base::kHostBytesMax> backward_;  // NOLINT
};

}  // namespace penstock::route
