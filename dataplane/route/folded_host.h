// SPDX-License-Identifier: Apache-2.0
//
// A host name in the one form in which rules compare it: lower case, without the dot that may end
// a fully qualified name; and the same backwards, so that a suffix can be matched as a prefix.
// Fixed size, on the stack of the caller; any thread.
// Invariant: a host longer than base::kHostBytesMax folds to the empty text, which no rule names,
// so that only rules for any host take it.
// RFC 4343 (case), RFC 1034 3.1 (trailing dot).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "dataplane/base/limits.h"
#include "dataplane/route/text_word.h"

namespace penstock::route {

class FoldedHost {
 public:
  explicit FoldedHost(std::string_view host) noexcept {
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.size() > base::kHostBytesMax) return;
    length_ = static_cast<uint32_t>(host.size());
    for (size_t i = 0; i < host.size(); i += kWordBytes) {
      const uint64_t lower = lower_case(load_word(host.data() + i, host.size() - i));
      std::memcpy(bytes_.data() + i, &lower, kWordBytes);
    }
  }

  std::string_view text() const noexcept { return {bytes_.data(), length_}; }

 private:
  uint32_t length_ = 0;
  // Whole words are written.
  std::array<char, base::kHostBytesMax + kWordBytes> bytes_;  // NOLINT: the first length_ are set
};

// Apart, because only wildcards need it.
class ReversedHost {
 public:
  explicit ReversedHost(const FoldedHost& host) noexcept
      : length_(static_cast<uint32_t>(host.text().size())) {
    std::reverse_copy(host.text().begin(), host.text().end(), bytes_.begin());
  }

  std::string_view text() const noexcept { return {bytes_.data(), length_}; }

 private:
  uint32_t length_;
  std::array<char, base::kHostBytesMax> bytes_;  // NOLINT: the first length_ are set
};

}  // namespace penstock::route
