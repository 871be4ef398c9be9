// SPDX-License-Identifier: Apache-2.0
//
// Randomness comes in through the door: a seeded generator per worker, and secret keys from the
// kernel. Random is fast and repeatable from its seed, and no secret: ISNs and hashes that a peer
// must not guess use SecretKey with siphash.h.
// Random is owned by one worker; make_secret_key() may be called by any thread at start.
#pragma once

#include <array>
#include <cstdint>

namespace penstock::base {

// xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64.
class Random {
 public:
  explicit Random(uint64_t seed) noexcept;
  uint64_t next() noexcept;
  // Uniform in [0, bound); bound > 0.
  uint64_t below(uint64_t bound) noexcept;

 private:
  std::array<uint64_t, 4> state_;
};

// 128 bits for SipHash.
struct SecretKey {
  uint64_t k0 = 0;
  uint64_t k1 = 0;
};

// From the kernel's generator; ends the process if the kernel refuses.
SecretKey make_secret_key() noexcept;

}  // namespace penstock::base
