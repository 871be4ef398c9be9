// SPDX-License-Identifier: Apache-2.0
//
// Histogram: durations counted in buckets that are at most 1/64 apart, from nanoseconds to hours,
// so that percentiles of millions of requests cost one increment each. Not thread safe.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace penstock::load {

class Histogram {
 public:
  void add(uint64_t ns) noexcept {
    ++counts_[bucket_of(ns)];
    ++total_;
  }
  void clear() noexcept {
    counts_.fill(0);
    total_ = 0;
  }
  uint64_t total() const noexcept { return total_; }

  // The smallest duration that this share of all does not exceed, in nanoseconds, 1/64 too high at
  // the most; 0 when nothing was added.
  uint64_t percentile(double percent) const noexcept {
    if (total_ == 0) return 0;
    const double wanted = static_cast<double>(total_) * percent / 100;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > 0 && static_cast<double>(seen) >= wanted) return upper_edge(i);
    }
    return upper_edge(static_cast<uint32_t>(counts_.size()) - 1);
  }

 private:
  static constexpr uint32_t kPrecisionBits = 6;
  static constexpr uint32_t kPerOctave = 1u << kPrecisionBits;

  // Values below kPerOctave have a bucket each; above, each octave has kPerOctave of them.
  static uint32_t bucket_of(uint64_t ns) noexcept {
    if (ns < kPerOctave) return static_cast<uint32_t>(ns);
    const auto octave = static_cast<uint32_t>(std::bit_width(ns)) - kPrecisionBits - 1;
    const uint32_t bucket = (octave << kPrecisionBits) + static_cast<uint32_t>(ns >> octave);
    return bucket < kBuckets ? bucket : kBuckets - 1;
  }
  static uint64_t upper_edge(uint32_t bucket) noexcept {
    if (bucket < 2 * kPerOctave) return bucket;
    const uint32_t octave = (bucket >> kPrecisionBits) - 1;
    const uint64_t mantissa = (bucket & (kPerOctave - 1)) + kPerOctave;
    return ((mantissa + 1) << octave) - 1;
  }

  static constexpr uint32_t kBuckets = kPerOctave * 38;  // up to 2^43 ns
  std::array<uint64_t, kBuckets> counts_{};
  uint64_t total_ = 0;
};

}  // namespace penstock::load
