// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/text_index.h"

#include <algorithm>
#include <bit>

#include "dataplane/base/check.h"
#include "dataplane/route/element_walk.h"

namespace penstock::route {

namespace {

constexpr size_t kSlotsPerTextMin = 2;
constexpr size_t kSlotsPerTextMax = 32;

uint32_t tag_of(uint64_t hash) noexcept { return static_cast<uint32_t>(hash >> 32); }

}  // namespace

TextIndex::TextIndex(const TextSet& texts, uint32_t first_key) {
  CHECK(first_key != kAnyKey);
  if (texts.empty()) return;
  for (const std::string& text : texts) texts_ += text;
  size_t slots = std::bit_ceil(texts.size() * kSlotsPerTextMin);
  place(texts, first_key, slots);
  while (longest_run() > kRunMax && slots < texts.size() * kSlotsPerTextMax) {
    place(texts, first_key, slots *= 2);
  }
}

void TextIndex::place(const TextSet& texts, uint32_t first_key, size_t slots) {
  slots_.assign(slots, {});
  uint32_t key = first_key;
  uint32_t offset = 0;
  for (const std::string& text : texts) {
    const uint64_t hash = text_hash(text);
    size_t at = hash & (slots - 1);
    while (slots_[at].key != kAnyKey) at = (at + 1) & (slots - 1);
    const auto length = static_cast<uint32_t>(text.size());
    slots_[at] = {tag_of(hash), offset, length, key++};
    offset += length;
  }
}

uint32_t TextIndex::find(std::string_view text, uint64_t hash) const noexcept {
  if (slots_.empty()) return kAnyKey;
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at].key != kAnyKey; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.tag == tag_of(hash) &&
        std::string_view(texts_).substr(slot.offset, slot.length) == text) {
      return slot.key;
    }
  }
  return kAnyKey;
}

uint32_t TextIndex::find(std::string_view text) const noexcept {
  return find(text, text_hash(text));
}

uint32_t TextIndex::longest_run() const noexcept {
  uint32_t longest = 0;
  uint32_t run = 0;
  // Twice around, because a run may go over the end.
  for (size_t i = 0; i < 2 * slots_.size(); ++i) {
    run = slots_[i & (slots_.size() - 1)].key == kAnyKey ? 0 : run + 1;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace penstock::route
