// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/shared_counts.h"

#include <algorithm>
#include <optional>

#include "dataplane/base/check.h"

namespace penstock::base {

namespace {

constexpr uint32_t kCountBits = 24;
constexpr uint64_t kCountMax = (uint64_t{1} << kCountBits) - 1;

constexpr uint64_t count_of(uint64_t word) noexcept { return word & kCountMax; }
constexpr bool is_of(uint64_t word, uint64_t tag) noexcept {
  return word >> kCountBits == tag && count_of(word) != 0;
}
constexpr uint64_t tag_of(uint64_t key) noexcept { return key & (~uint64_t{0} >> kCountBits); }

// Where a key's count stands, or may stand.
struct Place {
  uint32_t way = 0;
  uint64_t word = 0;
};

struct Sight {
  uint64_t count = 0;  // of the key
  std::optional<Place> own;
  std::optional<Place> free;
};

template <class Words>
Sight look(const Words& words, uint64_t tag) noexcept {
  Sight sight;
  for (uint32_t way = 0; way < words.size(); ++way) {
    const uint64_t word = words[way].load(std::memory_order_seq_cst);
    if (is_of(word, tag)) {
      sight.count += count_of(word);
      sight.own = {way, word};
    } else if (count_of(word) == 0 && !sight.free) {
      sight.free = {way, word};
    }
  }
  return sight;
}

}  // namespace

SharedCounts::SharedCounts(SecretKey secret, uint32_t places)
    : secret_(secret),
      sets_mask_(places / kWays - 1),
      sets_(std::make_unique<Set[]>(places / kWays)) {
  CHECK(places >= kWays && (places & (places - 1)) == 0);
}

SharedCounts::Verdict SharedCounts::take(uint64_t key, uint32_t max) noexcept {
  const uint64_t bound = std::min<uint64_t>(max, kCountMax);
  const uint64_t tag = tag_of(key);
  Set& set = set_of(key);
  for (;;) {
    const Sight sight = look(set.words, tag);
    if (sight.count >= bound) return Verdict::Full;
    const auto& place = sight.own ? sight.own : sight.free;
    if (!place) return Verdict::NoPlace;
    uint64_t word = place->word;
    const uint64_t after = sight.own ? word + 1 : (tag << kCountBits | 1);
    if (set.words[place->way].compare_exchange_strong(word, after)) break;
  }
  // Another worker may have counted the same key elsewhere in the set meanwhile.
  if (look(set.words, tag).count <= bound) return Verdict::Counted;
  give_back(key);
  return Verdict::Full;
}

void SharedCounts::give_back(uint64_t key) noexcept {
  const uint64_t tag = tag_of(key);
  Set& set = set_of(key);
  for (;;) {
    const Sight sight = look(set.words, tag);
    if (!sight.own) continue;  // another worker changes it
    uint64_t word = sight.own->word;
    if (set.words[sight.own->way].compare_exchange_strong(word, word - 1)) return;
  }
}

}  // namespace penstock::base
