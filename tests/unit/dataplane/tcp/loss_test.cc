// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/loss.h"

#include <gtest/gtest.h>

namespace penstock::tcp {
namespace {

using Verdict = Loss::Verdict;

TEST(Loss, IsSeenInTheThirdDuplicate) {
  Loss loss;
  loss.start(Seq(0));
  EXPECT_EQ(loss.on_duplicate(Seq(1), Seq(9000)), Verdict::Nothing);
  EXPECT_EQ(loss.extra_segments(), 1u);
  EXPECT_EQ(loss.on_duplicate(Seq(1), Seq(9000)), Verdict::Nothing);
  EXPECT_EQ(loss.on_duplicate(Seq(1), Seq(9000)), Verdict::FirstLost);
  EXPECT_EQ(loss.on_duplicate(Seq(1), Seq(9000)), Verdict::StillInRecovery);
  EXPECT_EQ(loss.extra_segments(), 0u);
}

TEST(Loss, RecoversPartlyUntilTheRecoveryPoint) {
  Loss loss;
  loss.start(Seq(0));
  for (int i = 0; i < 3; ++i) loss.on_duplicate(Seq(1), Seq(9000));
  EXPECT_EQ(loss.on_advanced(Seq(3000)), Verdict::PartlyRecovered);
  EXPECT_TRUE(loss.in_recovery());
  EXPECT_EQ(loss.on_advanced(Seq(9000)), Verdict::Recovered);
  EXPECT_FALSE(loss.in_recovery());
}

TEST(Loss, IsNotSeenInDuplicatesOfWhatWasSentBeforeATimeOut) {
  Loss loss;
  loss.start(Seq(0));
  loss.on_timeout(Seq(9000));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(loss.on_duplicate(Seq(5000), Seq(9000)), Verdict::Nothing);
  }
}

}  // namespace
}  // namespace penstock::tcp
