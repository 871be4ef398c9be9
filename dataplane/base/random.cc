// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/random.h"

#include <sys/random.h>

#include <bit>

#include "dataplane/base/check.h"

namespace penstock::base {

namespace {

uint64_t splitmix64(uint64_t& state) noexcept {
  uint64_t z = (state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(uint64_t seed) noexcept {
  for (uint64_t& word : state_) word = splitmix64(seed);
}

uint64_t Random::next() noexcept {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

uint64_t Random::below(uint64_t bound) noexcept {
  DCHECK(bound > 0);
  // The high half of a 128-bit product: a bias of at most bound / 2^64, which no test can see.
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
}

SecretKey make_secret_key() noexcept {
  SecretKey key;
  CHECK(getrandom(&key, sizeof key, 0) == static_cast<ssize_t>(sizeof key));
  return key;
}

}  // namespace penstock::base
