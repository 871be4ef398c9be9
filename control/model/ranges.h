// SPDX-License-Identifier: Apache-2.0
//
// The accepted range of every number that an operator can set. config/ refuses a written number by
// it, validate refuses a number that came any other way; both say it in the same words.
// Constants, with their values from base/limits.h. Some also accept 0 with a meaning of its own.
// Any thread.
#pragma once

#include <cstdint>
#include <string>

#include "dataplane/base/limits.h"

namespace penstock::model {

struct Range {
  int64_t smallest;
  int64_t largest;
  const char* zero = nullptr;  // what 0 means where it is accepted outside the range

  constexpr bool contains(int64_t value) const {
    return (value == 0 && zero != nullptr) || (value >= smallest && value <= largest);
  }
  // "an integer from 1 to 9", "an integer from 1 to 9, or 0 (unlimited)"
  std::string accepted() const;
  // "300 is out of range; accepted: ..."
  std::string refusal(int64_t value) const;
};

inline constexpr Range kCoreRange{0, base::kCoreIdMax};
inline constexpr Range kMegabytesRange{base::kMemoryMegabytesMin, base::kMemoryMegabytesMax,
                                       "computed"};
inline constexpr Range kPacketBuffersRange{base::kPacketBuffersMin, base::kPacketBuffersMax,
                                           "computed"};
inline constexpr Range kMtuRange{base::kMtuMin, base::kMtuMax};
inline constexpr Range kVlanTagRange{1, base::kVlanTagMax};
inline constexpr Range kWeightRange{0, base::kBackendWeightMax};
inline constexpr Range kTimeoutMsRange{base::kTimeoutMsMin, base::kTimeoutMsMax};
inline constexpr Range kOptionalTimeoutMsRange{base::kTimeoutMsMin, base::kTimeoutMsMax,
                                               "unlimited"};
inline constexpr Range kConnectionsRange{base::kConnectionsMin, base::kConnectionsMax};
inline constexpr Range kHalfOpenRange{base::kHalfOpenMin, base::kConnectionsMax};
inline constexpr Range kRequestLineRange{base::kHeadBytesMin, base::kRequestLineBytesMax};
inline constexpr Range kFieldLineRange{base::kHeadBytesMin, base::kFieldLineBytesMax};
inline constexpr Range kRequestHeadRange{base::kHeadBytesMin, base::kRequestHeadBytesMax};
inline constexpr Range kResponseHeadRange{base::kHeadBytesMin, base::kResponseHeadBytesMax};
inline constexpr Range kFieldsRange{base::kFieldsMin, base::kFieldsMax};
inline constexpr Range kRequestBodyRange{1, INT64_MAX, "unlimited"};
inline constexpr Range kIdleConnectionsRange{0, base::kIdleConnectionsPerBackendMax};
inline constexpr Range kRetriesRange{0, base::kRetriesMax};
inline constexpr Range kRetryStatusRange{base::kRetryStatusMin, base::kRetryStatusMax};
inline constexpr Range kPercentRange{0, 100};
inline constexpr Range kPoolBoundRange{1, base::kPoolConnectionsMax, "unlimited"};
inline constexpr Range kBodyBufferRange{1, base::kReceiveWindowBytes / 2, "off"};
inline constexpr Range kKeepAliveRequestsRange{1, base::kKeepAliveRequestsMax, "unlimited"};
inline constexpr Range kHopLimitRange{1, 255};
inline constexpr Range kDscpRange{0, 63};
inline constexpr Range kBodyProgressRange{0, base::kBodyProgressBytesMax};
inline constexpr Range kTcpBufferRange{base::kTcpBufferBytesMin, base::kTcpBufferBytesMax};
inline constexpr Range kUserTimeoutRange{base::kUserTimeoutSecondsMin, base::kTcpSecondsMax};
inline constexpr Range kZeroWindowTimeoutRange{1, base::kTcpSecondsMax, "for ever"};
inline constexpr Range kKeepAliveIdleRange{1, base::kTcpSecondsMax, "off"};
inline constexpr Range kKeepAliveIntervalRange{1, base::kTcpSecondsMax};
inline constexpr Range kKeepAliveProbesRange{1, base::kKeepAliveProbesMax};
inline constexpr Range kTokensPerPeriodRange{1, base::kTokensPerPeriodMax};
inline constexpr Range kBurstRange{1, base::kBurstTokensMax};
inline constexpr Range kSourcePrefixIpv4Range{1, 32};
inline constexpr Range kSourcePrefixIpv6Range{1, 128};
inline constexpr Range kConnectionsPerSourceRange{1, base::kConnectionsMax, "no bound"};
inline constexpr Range kPriorityRange{INT32_MIN, INT32_MAX};
inline constexpr Range kTcpPortRange{1, 65'535};
// An interim status (1xx) is no answer.
inline constexpr Range kRespondStatusRange{200, 599};
// Which of these are redirects is for validate_rules to say.
inline constexpr Range kRedirectStatusRange{301, 308};

}  // namespace penstock::model
