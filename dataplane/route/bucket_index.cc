// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/bucket_index.h"

#include <algorithm>
#include <bit>

#include "dataplane/base/hash.h"

namespace penstock::route {

namespace {

uint64_t join(uint32_t host_key, uint32_t path_key) noexcept {
  return static_cast<uint64_t>(host_key) << 32 | path_key;
}

}  // namespace

BucketIndex::BucketIndex(std::span<const Entry> entries) {
  if (entries.empty()) return;
  slots_.resize(std::bit_ceil(entries.size() * 2));
  ranks_.resize(entries.size());
  const auto keys_of = [entries](uint32_t rank) {
    return join(entries[rank].host_key, entries[rank].path_key);
  };
  for (uint32_t rank = 0; rank < entries.size(); ++rank) ranks_[rank] = rank;
  std::stable_sort(ranks_.begin(), ranks_.end(),
                   [&](uint32_t a, uint32_t b) { return keys_of(a) < keys_of(b); });
  for (uint32_t i = 0; i < ranks_.size(); ++i) {
    const uint64_t keys = keys_of(ranks_[i]);
    Slot& slot = slots_[slot_of(keys)];
    if (slot.count == 0) slot = {keys, i, 0};
    ++slot.count;
  }
  for (Slot& slot : slots_) {
    if (slot.count == 1) slot.first = ranks_[slot.first];
  }
}

std::span<const uint32_t> BucketIndex::find(uint32_t host_key, uint32_t path_key) const noexcept {
  if (slots_.empty()) return {};
  const Slot& slot = slots_[slot_of(join(host_key, path_key))];
  if (slot.count == 1) return {&slot.first, 1};
  return std::span(ranks_).subspan(slot.first, slot.count);
}

// The slot of these keys, or the free one where they would stand.
size_t BucketIndex::slot_of(uint64_t keys) const noexcept {
  const size_t mask = slots_.size() - 1;
  size_t at = base::hash64(keys) & mask;
  while (slots_[at].count != 0 && slots_[at].keys != keys) at = (at + 1) & mask;
  return at;
}

}  // namespace penstock::route
