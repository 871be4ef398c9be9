// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/exact_index.h"

#include <bit>

#include "dataplane/base/hash.h"

namespace penstock::route {

namespace {

uint64_t hash_of(std::string_view text) noexcept { return base::hash64(text, 0); }

}  // namespace

ExactIndex::ExactIndex(std::span<const std::string> texts, uint32_t first_key) {
  if (texts.empty()) return;
  slots_.resize(std::bit_ceil(texts.size() * 2));
  const size_t mask = slots_.size() - 1;
  for (uint32_t i = 0; i < texts.size(); ++i) {
    const uint64_t hash = hash_of(texts[i]);
    size_t at = hash & mask;
    while (slots_[at].used != 0) at = (at + 1) & mask;
    slots_[at] = {hash, static_cast<uint32_t>(texts_.size()),
                  static_cast<uint32_t>(texts[i].size()), first_key + i, 1};
    texts_ += texts[i];
  }
}

std::optional<uint32_t> ExactIndex::find(std::string_view text) const noexcept {
  if (slots_.empty()) return std::nullopt;
  const uint64_t hash = hash_of(text);
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at].used != 0; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.hash == hash && std::string_view(texts_).substr(slot.offset, slot.length) == text) {
      return slot.key;
    }
  }
  return std::nullopt;
}

}  // namespace penstock::route
