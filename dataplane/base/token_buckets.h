// SPDX-License-Identifier: Apache-2.0
//
// Token buckets by key, shared by all workers: how often a client may come. Bounded, without locks,
// allocating nothing after construction. What a key is, and what happens to who is refused, is for
// the caller to say (proxy/rate_limiter.h).
// take(): any number of workers at once. Constructed and destroyed by control.
// Invariants: (1) a bucket is one number, the time at which it is full again (GCRA), and a request
// is admitted by one successful compare-and-swap of it; (2) a set's bucket that is full the first
// makes room for a new key; a full one is as good as none, so that nothing is lost with it.
// How exact that is stands at TokenBuckets.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "dataplane/base/limits.h"
#include "dataplane/base/random.h"
#include "dataplane/base/time.h"

namespace penstock::base {

// A token each interval, and at most `burst` of them saved.
struct TokenRate {
  Duration interval = Duration::from_s(1);
  uint32_t burst = 1;

  // Rounded up to whole nanoseconds: what is admitted is never more than was said.
  static constexpr TokenRate per(Duration period, uint32_t tokens, uint32_t burst) noexcept {
    return {Duration::from_ns((period.ns() + tokens - 1) / tokens), burst};
  }
  // From empty to full.
  constexpr Duration depth() const noexcept { return interval * burst; }
};

struct TokenVerdict {
  enum class Kind : uint8_t { Taken, Empty };
  Kind kind = Kind::Taken;
  Duration wait;         // Empty: until there is a token, if nobody else takes it
  uint32_t evicted = 0;  // buckets that were not full when they made room
};

// How exact: within T, a key whose bucket stays is given at most burst + T / interval tokens, by
// all workers together. More or less than that comes of
// (1) clocks: workers sample `now` once a turn. With turns that differ by D it is at most
//     burst + (T + D) / interval, and a worker that is behind refuses D / interval too many.
// (2) rounding: an interval may be up to 1 ns too long, which is 0.1 % at a million tokens a
//     second and nothing at a thousand.
// (3) evictions: a new key may find a set of eight buckets none of which is full. The one that is
//     full the first makes room, and its key begins anew with a full one. Verdicts count them.
// (4) handing over: while a bucket changes its key, a worker that charges it at that very moment
//     may charge the other key, or none: at most one token for each worker and change of key.
class TokenBuckets {
 public:
  explicit TokenBuckets(SecretKey secret, uint32_t buckets = kTokenBuckets);

  // `key` is a hash by secret(), so that nobody outside chooses who shares a set.
  TokenVerdict take(uint64_t key, const TokenRate& rate, Instant now) noexcept;
  const SecretKey& secret() const noexcept { return secret_; }

  static constexpr uint32_t kWays = 8;
  static constexpr uint64_t bytes(uint32_t buckets = kTokenBuckets) noexcept {
    return uint64_t{buckets} / kWays * sizeof(Set);
  }

 private:
  // Keys in one cache line, their buckets in the next.
  struct alignas(64) Set {
    std::array<std::atomic<uint64_t>, kWays> keys{};    // 0: nobody's
    std::array<std::atomic<int64_t>, kWays> full_at{};  // ns of an Instant
  };

  struct Claim {
    std::optional<uint32_t> way;  // nothing: another worker was faster
    uint32_t evicted = 0;
  };

  static std::optional<uint32_t> find(const Set& set, uint64_t key) noexcept;
  static Claim try_claim(Set& set, uint64_t key, Instant now) noexcept;
  static TokenVerdict charge(std::atomic<int64_t>& full_at, const TokenRate& rate,
                             Instant now) noexcept;

  const SecretKey secret_;
  const uint64_t sets_mask_;
  const std::unique_ptr<Set[]> sets_;
};

}  // namespace penstock::base
