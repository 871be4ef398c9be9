// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/token_buckets.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "dataplane/base/siphash.h"

namespace penstock::base {
namespace {

using Kind = TokenVerdict::Kind;

constexpr SecretKey kSecret{1, 2};
constexpr Instant kStart = Instant::from_ns(5'000'000'000);

Instant after_ms(int64_t ms) { return kStart + Duration::from_ms(ms); }

std::atomic<uint32_t> evictions{0};

// Tokens given to `key` at once, of `asked`.
uint32_t take(TokenBuckets& buckets, uint64_t key, TokenRate rate, Instant now, uint32_t asked) {
  uint32_t taken = 0;
  for (uint32_t i = 0; i < asked; ++i) {
    const TokenVerdict verdict = buckets.take(key, rate, now);
    if (verdict.kind == Kind::Taken) ++taken;
    evictions += verdict.evicted;
  }
  return taken;
}

void run_together(uint32_t threads, const std::function<void(uint32_t)>& work) {
  std::vector<std::thread> all;
  for (uint32_t i = 0; i < threads; ++i) all.emplace_back(work, i);
  for (std::thread& thread : all) thread.join();
}

TEST(TokenRate, IsNeverMoreThanWasSaid) {
  EXPECT_EQ(TokenRate::per(Duration::from_s(1), 3, 1).interval.ns(), 333'333'334);
  EXPECT_EQ(TokenRate::per(Duration::from_s(60), 60, 1).interval, Duration::from_s(1));
}

TEST(TokenBuckets, GiveABurstAndThenAsManyAsTimeBrings) {
  TokenBuckets buckets(kSecret, 1024);
  const TokenRate rate = TokenRate::per(Duration::from_s(1), 10, 5);
  EXPECT_EQ(take(buckets, 7, rate, after_ms(0), 100), 5u);
  EXPECT_EQ(take(buckets, 7, rate, after_ms(99), 100), 0u);
  EXPECT_EQ(take(buckets, 7, rate, after_ms(100), 100), 1u);
  EXPECT_EQ(take(buckets, 7, rate, after_ms(400), 100), 3u);
  EXPECT_EQ(take(buckets, 7, rate, after_ms(60'000), 100), 5u);
}

TEST(TokenBuckets, SayHowLongAClientHasToWait) {
  TokenBuckets buckets(kSecret, 1024);
  const TokenRate rate = TokenRate::per(Duration::from_s(60), 1, 2);
  EXPECT_EQ(take(buckets, 7, rate, after_ms(0), 2), 2u);
  const TokenVerdict verdict = buckets.take(7, rate, after_ms(10'000));
  EXPECT_EQ(verdict.kind, Kind::Empty);
  EXPECT_EQ(verdict.wait, Duration::from_s(50));
}

TEST(TokenBuckets, KeepKeysApart) {
  TokenBuckets buckets(kSecret, 1024);
  const TokenRate rate = TokenRate::per(Duration::from_s(1), 1, 1);
  EXPECT_EQ(take(buckets, 7, rate, after_ms(0), 2), 1u);
  EXPECT_EQ(take(buckets, 8, rate, after_ms(0), 2), 1u);
  EXPECT_EQ(take(buckets, 0, rate, after_ms(0), 2), 1u);
}

TEST(TokenBuckets, AChangedLimitActsOnBucketsThatAreThere) {
  TokenBuckets buckets(kSecret, 1024);
  EXPECT_EQ(take(buckets, 7, TokenRate::per(Duration::from_s(1), 1, 1), after_ms(0), 9), 1u);
  EXPECT_EQ(take(buckets, 7, TokenRate::per(Duration::from_s(1), 10, 20), after_ms(0), 99), 10u);
}

TEST(TokenBuckets, ABucketThatWasMadeSmallerIsEmptyAndNotInDebt) {
  TokenBuckets buckets(kSecret, 1024);
  const TokenRate slow = TokenRate::per(Duration::from_s(60), 1, 100);
  EXPECT_EQ(take(buckets, 7, slow, after_ms(0), 101), 100u);
  const TokenRate fast = TokenRate::per(Duration::from_s(1), 10, 10);
  EXPECT_EQ(take(buckets, 7, fast, after_ms(0), 1), 0u);
  EXPECT_EQ(take(buckets, 7, fast, after_ms(99), 1), 0u);
  EXPECT_EQ(take(buckets, 7, fast, after_ms(500), 99), 5u);
}

TEST(TokenBuckets, AFullBucketMakesRoomWithoutALoss) {
  TokenBuckets buckets(kSecret, TokenBuckets::kWays);
  const TokenRate rate = TokenRate::per(Duration::from_s(1), 1, 1);
  for (uint64_t key = 1; key <= 100; ++key) {
    const Instant now = kStart + Duration::from_s(static_cast<int64_t>(key));
    EXPECT_EQ(take(buckets, key, rate, now, 2), 1u);
  }
  EXPECT_EQ(evictions.exchange(0), 0u);
}

TEST(TokenBuckets, WhereNoneIsFullTheFullestMakesRoomAndIsCounted) {
  TokenBuckets buckets(kSecret, TokenBuckets::kWays);
  const TokenRate rate = TokenRate::per(Duration::from_s(1), 1, 10);
  // Key 3 has taken one token, the others two.
  for (uint64_t key = 1; key <= TokenBuckets::kWays; ++key) {
    take(buckets, key, rate, after_ms(0), key == 3 ? 1 : 2);
  }
  EXPECT_EQ(take(buckets, 100, rate, after_ms(0), 99), 10u);
  EXPECT_EQ(evictions.exchange(0), 1u);
  EXPECT_EQ(take(buckets, 1, rate, after_ms(0), 99), 8u);
  EXPECT_EQ(take(buckets, 2, rate, after_ms(0), 99), 8u);
  EXPECT_EQ(take(buckets, 4, rate, after_ms(0), 99), 8u);
}

TEST(TokenBuckets, GiveSeveralWorkersExactlyTheBurstTogether) {
  for (uint64_t round = 1; round <= 50; ++round) {
    TokenBuckets buckets(kSecret, TokenBuckets::kWays);
    const TokenRate rate = TokenRate::per(Duration::from_s(1), 1, 500);
    std::atomic<uint32_t> taken{0};
    run_together(4, [&](uint32_t) { taken += take(buckets, round, rate, after_ms(0), 400); });
    EXPECT_EQ(taken, 500u);
    EXPECT_EQ(evictions.exchange(0), 0u);
  }
}

TEST(TokenBuckets, GiveSeveralWorkersExactlyWhatTimeBrings) {
  TokenBuckets buckets(kSecret, 1024);
  const TokenRate rate = TokenRate::per(Duration::from_s(1), 1000, 5000);
  EXPECT_EQ(take(buckets, 7, rate, after_ms(0), 5001), 5000u);
  // Each worker's clock runs to the same end in steps of its own. The bucket is never full on the
  // way, so that no token is lost to its bound.
  std::atomic<uint32_t> taken{0};
  run_together(4, [&](uint32_t worker) {
    const int64_t step = 3 + static_cast<int64_t>(worker);
    for (int64_t ms = step; ms < 4000; ms += step) taken += take(buckets, 7, rate, after_ms(ms), 5);
    taken += take(buckets, 7, rate, after_ms(4000), 4001);
  });
  EXPECT_EQ(taken, 4000u);
}

TEST(TokenBuckets, AWorkerThatIsBehindAdmitsNothingMore) {
  TokenBuckets buckets(kSecret, 1024);
  const TokenRate rate = TokenRate::per(Duration::from_s(1), 1000, 10);
  EXPECT_EQ(take(buckets, 7, rate, after_ms(5), 99), 10u);
  EXPECT_EQ(take(buckets, 7, rate, after_ms(0), 99), 0u);
  EXPECT_EQ(take(buckets, 7, rate, after_ms(6), 99), 1u);
}

// More keys than buckets, from four workers at once: nobody is refused for long, and no key is
// given more than a burst for each time that it began anew.
TEST(TokenBuckets, SurviveAFloodOfKeys) {
  TokenBuckets buckets(kSecret, 64);
  const TokenRate rate = TokenRate::per(Duration::from_s(1), 1, 2);
  std::atomic<uint64_t> taken{0};
  constexpr uint64_t kKeys = 5000;
  run_together(4, [&](uint32_t worker) {
    for (uint64_t i = 0; i < kKeys; ++i) {
      const uint64_t key = siphash13(buckets.secret(), uint64_t{worker}, i);
      taken += take(buckets, key, rate, after_ms(0), 3);
    }
  });
  EXPECT_GE(taken, 4 * kKeys);
  EXPECT_LE(taken, 2 * (4 * kKeys + evictions.exchange(0)));
}

}  // namespace
}  // namespace penstock::base
