// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/syn_cookie.h"

#include <array>

#include "dataplane/base/siphash.h"

namespace penstock::tcp {

namespace {

// What peers announce, rounded down: minimal, IPv6 minimal, tunnels, PPPoE, Ethernet, jumbo.
constexpr std::array<uint16_t, 8> kMssValues = {64, 536, 1220, 1300, 1400, 1440, 1460, 8940};
// 0: not offered; else the scale and one.
constexpr std::array<uint8_t, 8> kScaleValues = {0, 1, 3, 5, 7, 8, 9, 11};

constexpr uint32_t kMacMask = 0xffff'ff00;
constexpr uint32_t kAgeShift = 7;
constexpr uint32_t kMssShift = 4;
constexpr uint32_t kScaleShift = 1;
constexpr uint64_t kDomain = 0x436f6f6b;  // sets the hash apart from that of the ISN

// The index of the largest value that is not beyond `value`; 0 if all are.
template <class T, size_t kCount>
constexpr uint32_t index_below(const std::array<T, kCount>& values, T value) noexcept {
  uint32_t index = 0;
  while (index + 1 < kCount && values[index + 1] <= value) ++index;
  return index;
}

uint64_t period_of(base::Instant now) noexcept {
  return static_cast<uint64_t>(now.ns() / kCookiePeriod.ns());
}

uint32_t mac_of(const FlowKey& flow, Seq peer_isn, uint64_t period, uint32_t rest,
                base::SecretKey key) noexcept {
  const base::IpAddress& local = flow.local.address;
  const base::IpAddress& remote = flow.remote.address;
  const uint64_t numbers = uint64_t{peer_isn.value()} << 32 | rest;
  return static_cast<uint32_t>(base::siphash24(key, local.high(), local.low(), remote.high(),
                                               remote.low(), flow.ports(), numbers, period,
                                               kDomain)) &
         kMacMask;
}

}  // namespace

Seq make_cookie(const FlowKey& flow, Seq peer_isn, const SynFacts& facts, base::SecretKey key,
                base::Instant now) noexcept {
  const uint64_t period = period_of(now);
  const auto scale = static_cast<uint8_t>(facts.window_scale ? *facts.window_scale + 1 : 0);
  const uint32_t rest = static_cast<uint32_t>(period & 1) << kAgeShift |
                        index_below(kMssValues, facts.mss) << kMssShift |
                        index_below(kScaleValues, scale) << kScaleShift |
                        (facts.sack_permitted ? 1u : 0u);
  return Seq(mac_of(flow, peer_isn, period, rest, key) | rest);
}

std::optional<SynFacts> read_cookie(const FlowKey& flow, Seq peer_isn, Seq isn, base::SecretKey key,
                                    base::Instant now) noexcept {
  const uint32_t rest = isn.value() & ~kMacMask;
  uint64_t period = period_of(now);
  // Made in this period or in the one before: its last bit says which.
  if ((period & 1) != (rest >> kAgeShift)) --period;
  if ((isn.value() & kMacMask) != mac_of(flow, peer_isn, period, rest, key)) return std::nullopt;
  SynFacts facts;
  facts.mss = kMssValues[rest >> kMssShift & 7];
  const uint8_t scale = kScaleValues[rest >> kScaleShift & 7];
  if (scale > 0) facts.window_scale = static_cast<uint8_t>(scale - 1);
  facts.sack_permitted = (rest & 1) != 0;
  return facts;
}

}  // namespace penstock::tcp
