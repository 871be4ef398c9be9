// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/rack.h"

#include <gtest/gtest.h>

#include "tests/support/literals.h"

namespace penstock::tcp {
namespace {

using base::Duration;
using base::Instant;
using testing::at_ms;

// Segments of 100 bytes from 0 on, sent a millisecond apart from 1000 ms on; a round trip is 40 ms.
class RackTest : public ::testing::Test {
 protected:
  ~RackTest() override { board_.discard(cells_); }

  void send(uint32_t count) {
    for (uint32_t i = 0; i < count; ++i, ++sent_) {
      board_.on_sent(Seq(sent_ * 100), Seq(sent_ * 100 + 100), at_ms(1000 + sent_), cells_);
    }
  }
  void sack(uint32_t first, uint32_t last, int64_t now_ms) {
    const wire::SackBlock block{first * 100, last * 100 + 100};
    board_.apply(std::span(&block, 1), cells_,
                 [&](const SentSegment& s) { rack_.on_delivered(s, at_ms(now_ms)); });
  }
  Rack::Verdict detect(int64_t now_ms, bool in_recovery = false) {
    return rack_.detect(board_, cells_,
                        {.rtt_minimum = Duration::from_ms(40),
                         .rtt_smoothed = Duration::from_ms(44),
                         .in_recovery = in_recovery},
                        at_ms(now_ms));
  }
  uint32_t lost() const { return board_.lost_bytes() / 100; }

  SegmentCells cells_{4};
  SackScoreboard board_;
  Rack rack_;
  uint32_t sent_ = 0;
};

TEST_F(RackTest, WaitsAQuarterOfTheRoundTripForWhatMayBeReordered) {
  send(4);
  sack(1, 1, 1041);
  const auto verdict = detect(1041);
  EXPECT_FALSE(verdict.found_lost);
  // Sent at 1000; one round trip of 40 ms and 10 ms more.
  EXPECT_EQ(verdict.wait, Duration::from_ms(9));
  EXPECT_TRUE(detect(1050).found_lost);
  EXPECT_EQ(lost(), 1u);
}

TEST_F(RackTest, DoesNotWaitOnceThreeSegmentsHaveOvertaken) {
  send(6);
  sack(1, 3, 1043);
  EXPECT_TRUE(detect(1043).found_lost);
  EXPECT_EQ(lost(), 1u);
}

TEST_F(RackTest, DoesNotJudgeWhatWasSentLater) {
  send(6);
  sack(1, 3, 1043);
  detect(1043);
  EXPECT_EQ(lost(), 1u) << "segments 4 and 5 are in flight";
}

TEST_F(RackTest, WaitsInSpiteOfThreeOnceReorderingWasSeen) {
  send(8);
  sack(3, 3, 1043);
  sack(1, 1, 1044);  // an original that arrives behind a later one
  sack(4, 5, 1045);
  EXPECT_FALSE(detect(1045).found_lost);
  EXPECT_GT(detect(1045).wait, Duration());
}

TEST_F(RackTest, FindsALostRetransmission) {
  send(4);
  sack(1, 3, 1043);
  detect(1043);
  board_.on_retransmitted(*board_.first_lost(cells_), at_ms(1043));
  send(1);
  EXPECT_EQ(lost(), 0u);
  // Segment 4 leaves after the retransmission and arrives; the retransmission does not.
  board_.last(cells_)->sent_at = at_ms(1044);
  sack(4, 4, 1084);
  EXPECT_TRUE(detect(1084, true).found_lost);
  EXPECT_EQ(lost(), 1u);
}

TEST_F(RackTest, WaitsLongerWithEachRoundOfDuplicates) {
  send(4);
  rack_.on_duplicate_reported(Seq(0), Seq(400));
  rack_.on_duplicate_reported(Seq(100), Seq(400));  // the same round
  sack(1, 1, 1041);
  EXPECT_EQ(detect(1041).wait, Duration::from_ms(9 + 10));
  rack_.on_duplicate_reported(Seq(400), Seq(800));
  EXPECT_EQ(detect(1041).wait, Duration::from_ms(9 + 20));
}

TEST_F(RackTest, NeverWaitsLongerThanASmoothedRoundTrip) {
  send(4);
  for (uint32_t round = 0; round < 100; ++round) {
    rack_.on_duplicate_reported(Seq(round * 400), Seq(round * 400 + 400));
  }
  sack(1, 1, 1041);
  EXPECT_EQ(detect(1041).wait, Duration::from_ms(40 + 44 - 41));
}

TEST_F(RackTest, ForgetsDuplicatesAfterSixteenRecoveries) {
  send(4);
  rack_.on_duplicate_reported(Seq(0), Seq(400));
  for (int i = 0; i < 16; ++i) rack_.on_recovery_ended();
  sack(1, 1, 1041);
  EXPECT_EQ(detect(1041).wait, Duration::from_ms(9));
}

TEST_F(RackTest, ATimeOutTakesTheFirstSegmentAndWhatHadItsTime) {
  send(4);
  sack(1, 1, 1041);
  rack_.mark_lost_on_timeout(board_, cells_, at_ms(1042));
  // A round trip of 40 ms: segment 0 is first, 2 was sent at 1002, 3 at 1003.
  EXPECT_EQ(lost(), 2u);
}

}  // namespace
}  // namespace penstock::tcp
