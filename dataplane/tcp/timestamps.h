// SPDX-License-Identifier: Apache-2.0
//
// The timestamps option of one connection: our clock as the peer sees it, the peer's value that we
// echo, and the test for segments of long ago (PAWS).
// A tick is 2^20 ns, about a millisecond. Each pair of endpoints has its own offset, so that the
// clock tells nobody when we started or how many connections there are.
// Called by the worker that owns the connection.
// Invariant: the value echoed is of the segment that last moved the left edge of our window.
// RFC 7323 3-5.
#pragma once

#include <cstdint>

#include "dataplane/base/random.h"
#include "dataplane/base/siphash.h"
#include "dataplane/base/time.h"
#include "dataplane/tcp/flow_key.h"
#include "dataplane/tcp/seq.h"
#include "dataplane/wire/tcp_options.h"

namespace penstock::tcp {

class Timestamps {
 public:
  // RFC 7323 5.4.
  static uint32_t offset_of(const FlowKey& flow, base::SecretKey key) noexcept {
    return static_cast<uint32_t>(hash_words(
        flow, [&](auto... words) { return base::siphash24(key, words..., kOffsetDomain); }));
  }
  static constexpr bool is_before(uint32_t a, uint32_t b) noexcept {
    return static_cast<int32_t>(a - b) < 0;
  }

  void set_offset(uint32_t offset) noexcept { offset_ = offset; }
  uint32_t offset() const noexcept { return offset_; }
  // Both sides sent the option; `received` was on the peer's SYN.
  void enable(const wire::TcpTimestamps& received, base::Instant now) noexcept {
    enabled_ = true;
    recent_ = received.value;
    recent_at_ = now;
  }
  bool enabled() const noexcept { return enabled_; }

  // TSval of a segment that leaves, or left, at `now`.
  uint32_t value(base::Instant now) const noexcept {
    return static_cast<uint32_t>(static_cast<uint64_t>(now.ns()) >> kTickBits) + offset_;
  }
  wire::TcpTimestamps stamp(base::Instant now) const noexcept {
    return {.value = value(now), .echo_reply = recent_};
  }

  // 5.3 R1: the segment is older than one that was here already.
  bool is_old(const wire::TcpTimestamps& received, base::Instant now) const noexcept {
    return is_before(received.value, recent_) && now - recent_at_ < kRecentAgeMax;
  }
  // 4.3: takes over the value of an acceptable segment that begins at or before what was last
  // acknowledged.
  void on_acceptable(const wire::TcpTimestamps& received, Seq segment, Seq last_acknowledged,
                     base::Instant now) noexcept {
    if (segment > last_acknowledged) return;
    if (is_old(received, now)) return;
    recent_ = received.value;
    recent_at_ = now;
  }
  uint32_t recent() const noexcept { return recent_; }

 private:
  static constexpr int kTickBits = 20;
  static constexpr uint64_t kOffsetDomain = 0x7453;  // sets the hash apart from that of the ISN
  // 5.5: the value of a peer that was silent for so long says nothing.
  static constexpr base::Duration kRecentAgeMax = base::Duration::from_s(24 * 86'400);

  base::Instant recent_at_;
  uint32_t offset_ = 0;
  uint32_t recent_ = 0;  // TS.Recent
  bool enabled_ = false;
};

}  // namespace penstock::tcp
