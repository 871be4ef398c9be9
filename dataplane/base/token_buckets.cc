// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/token_buckets.h"

#include <algorithm>

#include "dataplane/base/check.h"

namespace penstock::base {

namespace {

// No two workers' samples of the time differ by as much. A bucket that is emptier than empty by
// this and its depth comes of a limit that was changed.
constexpr Duration kSkewMax = Duration::from_s(1);

}  // namespace

TokenBuckets::TokenBuckets(SecretKey secret, uint32_t buckets)
    : secret_(secret),
      sets_mask_(buckets / kWays - 1),
      sets_(std::make_unique<Set[]>(buckets / kWays)) {
  CHECK(buckets >= kWays && (buckets & (buckets - 1)) == 0);
}

TokenVerdict TokenBuckets::take(uint64_t key, const TokenRate& rate, Instant now) noexcept {
  if (key == 0) key = 1;
  Set& set = sets_[(key >> 32) & sets_mask_];
  uint32_t evicted = 0;
  for (;;) {
    auto way = find(set, key);
    if (!way) {
      const Claim claim = try_claim(set, key, now);
      evicted += claim.evicted;
      way = claim.way;
    }
    if (!way) continue;
    TokenVerdict verdict = charge(set.full_at[*way], rate, now);
    verdict.evicted = evicted;
    // Given away meanwhile: what was charged was another's.
    if (set.keys[*way].load(std::memory_order_acquire) == key) return verdict;
  }
}

std::optional<uint32_t> TokenBuckets::find(const Set& set, uint64_t key) noexcept {
  for (uint32_t way = 0; way < kWays; ++way) {
    if (set.keys[way].load(std::memory_order_acquire) == key) return way;
  }
  return std::nullopt;
}

TokenBuckets::Claim TokenBuckets::try_claim(Set& set, uint64_t key, Instant now) noexcept {
  uint32_t fullest = 0;
  int64_t full_at = INT64_MAX;
  uint64_t owner = 0;
  for (uint32_t way = 0; way < kWays; ++way) {
    // In this order: who sees that a bucket was charged sees whose it has become. So two workers
    // that bring the same new key choose the same bucket, and one of them fails below.
    const int64_t way_full_at = set.full_at[way].load(std::memory_order_acquire);
    const uint64_t way_owner = set.keys[way].load(std::memory_order_acquire);
    if (way_owner == key) return {way};
    if (way_full_at >= full_at) continue;
    fullest = way;
    full_at = way_full_at;
    owner = way_owner;
  }
  if (!set.keys[fullest].compare_exchange_strong(owner, key, std::memory_order_acq_rel)) {
    return {};
  }
  if (full_at <= now.ns()) return {fullest};
  // Unless somebody has charged it already.
  set.full_at[fullest].compare_exchange_strong(full_at, now.ns(), std::memory_order_acq_rel);
  return {fullest, 1};
}

TokenVerdict TokenBuckets::charge(std::atomic<int64_t>& full_at, const TokenRate& rate,
                                  Instant now) noexcept {
  const int64_t empty = (now + rate.depth()).ns();
  const int64_t impossible = empty + (rate.depth() + kSkewMax).ns();
  int64_t before = full_at.load(std::memory_order_relaxed);
  for (;;) {
    // The limit was lowered since, or its bucket made smaller: it is empty, not in debt for hours.
    const int64_t held = before > impossible ? empty : before;
    const int64_t after = std::max(held, now.ns()) + rate.interval.ns();
    const bool is_taken = after <= empty;
    if (!is_taken && held == before) {
      return {TokenVerdict::Kind::Empty, Duration::from_ns(after - empty), 0};
    }
    if (full_at.compare_exchange_weak(before, is_taken ? after : held, std::memory_order_release,
                                      std::memory_order_relaxed) &&
        is_taken) {
      return {TokenVerdict::Kind::Taken, Duration(), 0};
    }
    if (!is_taken) before = full_at.load(std::memory_order_relaxed);
  }
}

}  // namespace penstock::base
