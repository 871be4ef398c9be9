// SPDX-License-Identifier: Apache-2.0
//
// Why attempts at one backend have failed, by reason: each is counted, also where another attempt
// saved the request. Reasons that do not speak of a backend have no place here and are passed over,
// so that 16,384 backends do not pay for all that can happen to a client.
// Written by one worker; read by control.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dataplane/base/counter.h"
#include "dataplane/http/reason.h"

namespace penstock::upstream {

inline constexpr std::array kBackendFailures = {
    http::ReplyReason::ConnectRefused,       http::ReplyReason::ConnectUnreachable,
    http::ReplyReason::ConnectTimeout,       http::ReplyReason::SourcePortsExhausted,
    http::ReplyReason::ResetBeforeResponse,  http::ReplyReason::ClosedBeforeResponse,
    http::ReplyReason::ResponseTimeout,      http::ReplyReason::BadResponse,
    http::ReplyReason::ResponseHeadTooLarge, http::ReplyReason::TruncatedResponse,
    http::ReplyReason::ResponseBodyTimeout,  http::ReplyReason::TunnelReset,
};

class FailureCounts {
 public:
  void count(http::ReplyReason reason) noexcept {
    const uint8_t place = kPlaces[static_cast<size_t>(reason)];
    if (place != kNowhere) counts_[place].add();
  }
  uint64_t read(http::ReplyReason reason) const noexcept {
    const uint8_t place = kPlaces[static_cast<size_t>(reason)];
    return place == kNowhere ? 0 : counts_[place].read();
  }

 private:
  static constexpr uint8_t kNowhere = 0xff;
  static constexpr auto kPlaces = [] {
    std::array<uint8_t, http::kReplyReasonCount> places{};
    places.fill(kNowhere);
    for (size_t i = 0; i < kBackendFailures.size(); ++i) {
      places[static_cast<size_t>(kBackendFailures[i])] = static_cast<uint8_t>(i);
    }
    return places;
  }();

  std::array<base::Counter, kBackendFailures.size()> counts_;
};

}  // namespace penstock::upstream
