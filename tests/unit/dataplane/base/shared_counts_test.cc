// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/shared_counts.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace penstock::base {
namespace {

using Verdict = SharedCounts::Verdict;

TEST(SharedCounts, CountUpToTheBoundAndAgainWhenSomethingIsGivenBack) {
  SharedCounts counts({1, 2}, 64);
  EXPECT_EQ(counts.take(7, 2), Verdict::Counted);
  EXPECT_EQ(counts.take(7, 2), Verdict::Counted);
  EXPECT_EQ(counts.take(7, 2), Verdict::Full);
  counts.give_back(7);
  EXPECT_EQ(counts.take(7, 2), Verdict::Counted);
  EXPECT_EQ(counts.take(7, 2), Verdict::Full);
}

TEST(SharedCounts, KeepKeysOfOneSetApart) {
  SharedCounts counts({1, 2}, SharedCounts::kWays);
  for (uint64_t key = 0; key < SharedCounts::kWays; ++key) {
    EXPECT_EQ(counts.take(key, 1), Verdict::Counted);
    EXPECT_EQ(counts.take(key, 1), Verdict::Full);
  }
}

TEST(SharedCounts, DoNotCountAKeyWithoutAPlace) {
  SharedCounts counts({1, 2}, SharedCounts::kWays);
  for (uint64_t key = 0; key < SharedCounts::kWays; ++key) counts.take(key, 1);
  EXPECT_EQ(counts.take(100, 1), Verdict::NoPlace);
  counts.give_back(3);
  EXPECT_EQ(counts.take(100, 1), Verdict::Counted);
  EXPECT_EQ(counts.take(3, 1), Verdict::NoPlace);
}

TEST(SharedCounts, NeverExceedTheBoundWhileWorkersTakeAtOnce) {
  SharedCounts counts({1, 2}, SharedCounts::kWays);
  constexpr uint32_t kBound = 3;
  std::atomic<uint32_t> open{0};
  std::atomic<uint32_t> most{0};
  std::vector<std::thread> workers;
  for (uint64_t worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&, worker] {
      for (int i = 0; i < 5000; ++i) {
        // A key of its own comes and goes, so that places become free in between.
        const bool has_own = counts.take(100 + worker, 1) == Verdict::Counted;
        if (counts.take(7, kBound) == Verdict::Counted) {
          const uint32_t now = ++open;
          for (uint32_t seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
          }
          --open;
          counts.give_back(7);
        }
        if (has_own) counts.give_back(100 + worker);
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_LE(most, kBound);
  EXPECT_GE(most, 1u);
  // Nothing is left behind.
  for (uint32_t i = 0; i < kBound; ++i) EXPECT_EQ(counts.take(7, kBound), Verdict::Counted);
  EXPECT_EQ(counts.take(7, kBound), Verdict::Full);
}

}  // namespace
}  // namespace penstock::base
