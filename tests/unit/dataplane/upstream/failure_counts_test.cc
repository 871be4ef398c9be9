// SPDX-License-Identifier: Apache-2.0
#include "dataplane/upstream/failure_counts.h"

#include <gtest/gtest.h>

namespace penstock::upstream {
namespace {

using http::ReplyReason;

TEST(FailureCounts, KeepReasonsApart) {
  FailureCounts counts;
  for (size_t i = 0; i < kBackendFailures.size(); ++i) {
    for (size_t times = 0; times <= i; ++times) counts.count(kBackendFailures[i]);
  }
  for (size_t i = 0; i < kBackendFailures.size(); ++i) {
    EXPECT_EQ(counts.read(kBackendFailures[i]), i + 1) << http::reply_text(kBackendFailures[i]);
  }
}

TEST(FailureCounts, PassOverWhatDoesNotSpeakOfABackend) {
  FailureCounts counts;
  counts.count(ReplyReason::None);
  counts.count(ReplyReason::HeadTimeout);
  counts.count(ReplyReason::NoRule);
  for (size_t i = 0; i < http::kReplyReasonCount; ++i) {
    EXPECT_EQ(counts.read(static_cast<ReplyReason>(i)), 0u);
  }
}

}  // namespace
}  // namespace penstock::upstream
