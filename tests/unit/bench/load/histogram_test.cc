// SPDX-License-Identifier: Apache-2.0
#include "bench/load/histogram.h"

#include <gtest/gtest.h>

#include <memory>

namespace penstock::load {
namespace {

TEST(Histogram, SaysNothingOfNothing) {
  const auto histogram = std::make_unique<Histogram>();
  EXPECT_EQ(histogram->percentile(99), 0u);
}

TEST(Histogram, IsExactForFewNanoseconds) {
  const auto histogram = std::make_unique<Histogram>();
  for (uint64_t ns = 1; ns <= 100; ++ns) histogram->add(ns);
  EXPECT_EQ(histogram->percentile(50), 50u);
  EXPECT_EQ(histogram->percentile(99), 99u);
}

TEST(Histogram, IsNeverTooLowAndAtMostA64thTooHigh) {
  for (uint64_t ns = 1; ns < uint64_t{1} << 42; ns = ns * 3 + 1) {
    const auto histogram = std::make_unique<Histogram>();
    histogram->add(ns);
    const uint64_t told = histogram->percentile(50);
    EXPECT_GE(told, ns);
    EXPECT_LE(told, ns + ns / 64 + 1);
  }
}

TEST(Histogram, BeginsAnewWhenItIsCleared) {
  const auto histogram = std::make_unique<Histogram>();
  histogram->add(1'000'000);
  histogram->clear();
  histogram->add(10);
  EXPECT_EQ(histogram->total(), 1u);
  EXPECT_EQ(histogram->percentile(100), 10u);
}

}  // namespace
}  // namespace penstock::load
