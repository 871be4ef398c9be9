// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/sack_scoreboard.h"

#include <gtest/gtest.h>

#include <vector>

#include "dataplane/base/random.h"

namespace penstock::tcp {
namespace {

using base::Instant;
using Starts = std::vector<uint32_t>;

class ScoreboardTest : public ::testing::Test {
 protected:
  ~ScoreboardTest() override { board_.discard(cells_); }

  // `count` segments of 100 bytes from 1000 on, a millisecond apart.
  void send(uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
      board_.on_sent(Seq(next_), Seq(next_ + 100), Instant::from_ns(next_ * 10'000), cells_);
      next_ += 100;
    }
  }
  Starts acknowledge(uint32_t una) {
    Starts delivered;
    board_.acknowledge(Seq(una), cells_,
                       [&](const SentSegment& s) { delivered.push_back(s.start.value()); });
    return delivered;
  }
  Starts apply(std::vector<wire::SackBlock> blocks) {
    Starts delivered;
    board_.apply(blocks, cells_,
                 [&](const SentSegment& s) { delivered.push_back(s.start.value()); });
    return delivered;
  }
  SentSegment& segment(uint32_t start) {
    SentSegment* found = nullptr;
    board_.for_each(cells_, [&](SentSegment& s) {
      if (s.start == Seq(start)) found = &s;
      return found == nullptr;
    });
    CHECK(found != nullptr);
    return *found;
  }

  SegmentCells cells_{4};
  SackScoreboard board_;
  uint32_t next_ = 1000;
};

TEST_F(ScoreboardTest, ForgetsWhatIsAcknowledged) {
  send(3);
  EXPECT_EQ(board_.in_flight_bytes(), 300u);
  EXPECT_EQ(acknowledge(1200), (Starts{1000, 1100}));
  EXPECT_EQ(board_.in_flight_bytes(), 100u);
  EXPECT_EQ(acknowledge(1300), (Starts{1200}));
  EXPECT_TRUE(board_.empty());
  EXPECT_EQ(cells_.in_use(), 0u);
}

TEST_F(ScoreboardTest, KeepsTheRestOfASegmentThatIsPartlyAcknowledged) {
  send(2);
  EXPECT_EQ(acknowledge(1040), Starts{});
  EXPECT_EQ(board_.in_flight_bytes(), 160u);
  EXPECT_EQ(board_.first(cells_)->start, Seq(1040));
}

TEST_F(ScoreboardTest, TakesWholeSegmentsOfSackBlocksOnly) {
  send(6);
  EXPECT_EQ(apply({{1200, 1400}}), (Starts{1200, 1300}));
  EXPECT_EQ(board_.sacked_bytes(), 200u);
  EXPECT_EQ(board_.in_flight_bytes(), 400u);
  // One byte short of a segment, at either end.
  EXPECT_EQ(apply({{1401, 1599}}), Starts{});
  EXPECT_EQ(apply({{1400, 1599}}), Starts{1400});
  EXPECT_EQ(apply({{1400, 1599}}), Starts{}) << "nothing is delivered twice";
  EXPECT_EQ(board_.sacked_count(), 3u);
}

TEST_F(ScoreboardTest, LooksAtNothingThatWasNotSent) {
  send(2);
  EXPECT_EQ(apply({{500, 900}, {1300, 5000}, {900, 100}}), Starts{});
  EXPECT_EQ(board_.sacked_bytes(), 0u);
}

TEST_F(ScoreboardTest, ASackedSegmentIsDeliveredOnce) {
  send(3);
  apply({{1100, 1200}});
  EXPECT_EQ(acknowledge(1300), (Starts{1000, 1200}));
  EXPECT_EQ(board_.sacked_bytes(), 0u);
  EXPECT_EQ(board_.sacked_count(), 0u);
}

TEST_F(ScoreboardTest, GivesOutLostSegmentsInOrder) {
  send(4);
  board_.mark_lost(segment(1200));
  board_.mark_lost(segment(1000));
  EXPECT_EQ(board_.lost_bytes(), 200u);
  EXPECT_EQ(board_.in_flight_bytes(), 200u);
  EXPECT_EQ(board_.first_lost(cells_)->start, Seq(1000));
  board_.on_retransmitted(*board_.first_lost(cells_), Instant::from_ns(1));
  EXPECT_EQ(board_.first_lost(cells_)->start, Seq(1200));
  board_.on_retransmitted(*board_.first_lost(cells_), Instant::from_ns(1));
  EXPECT_EQ(board_.first_lost(cells_), nullptr);
  board_.mark_lost(segment(1000));
  EXPECT_EQ(board_.first_lost(cells_)->start, Seq(1000)) << "lost a second time";
}

TEST_F(ScoreboardTest, SplitsASegmentThatIsTooLongForThePath) {
  send(2);
  board_.mark_lost(segment(1000));
  board_.split(*board_.first_lost(cells_), 30, cells_);
  EXPECT_EQ(segment(1000).bytes(), 30u);
  EXPECT_EQ(segment(1030).bytes(), 70u);
  EXPECT_EQ(board_.lost_bytes(), 100u);
  board_.split(*board_.last(cells_), 50, cells_);
  EXPECT_EQ(board_.last(cells_)->start, Seq(1150));
}

TEST_F(ScoreboardTest, BooksSegmentsTogetherWhenCellsRunLow) {
  const uint32_t shared = base::kSharedSegmentsMin;
  send(base::kSentSegmentsMax);
  EXPECT_EQ(board_.count(), base::kSentSegmentsMax);
  send(1);
  EXPECT_EQ(board_.count(), base::kSentSegmentsMax) << "at the limit of one connection";
  EXPECT_EQ(board_.last(cells_)->bytes(), 200u);
  SackScoreboard other;
  for (uint32_t i = 0; i <= shared; ++i) {
    other.on_sent(Seq(i), Seq(i + 1), Instant(), cells_);
  }
  EXPECT_FALSE(cells_.has_spare());
  // The cells that are left are for those who have none.
  std::array<SackScoreboard, 2> newcomers;
  for (SackScoreboard& newcomer : newcomers) {
    newcomer.on_sent(Seq(0), Seq(100), Instant(), cells_);
    newcomer.on_sent(Seq(100), Seq(200), Instant(), cells_);
    EXPECT_EQ(newcomer.count(), 1u);
    EXPECT_EQ(newcomer.in_flight_bytes(), 200u);
    newcomer.discard(cells_);
  }
  other.discard(cells_);
}

TEST_F(ScoreboardTest, ItsSumsAlwaysAddUp) {
  base::Random random(7);
  uint32_t una = 1000;
  for (int round = 0; round < 20'000; ++round) {
    const auto at = static_cast<uint32_t>(una + random.below(next_ - una + 1));
    switch (random.below(5)) {
      case 0:
        if (board_.count() < 50) send(3);
        break;
      case 1:
        acknowledge(una = at);
        break;
      case 2:
        apply({{at, static_cast<uint32_t>(at + random.below(500))}});
        break;
      case 3:
        board_.for_each(cells_, [&](SentSegment& s) {
          if (s.fate == Fate::InFlight && s.start >= Seq(at)) board_.mark_lost(s);
          return true;
        });
        break;
      default:
        if (SentSegment* lost = board_.first_lost(cells_)) {
          board_.split(*lost, 40, cells_);
          board_.on_retransmitted(*lost, Instant());
        }
    }
    ASSERT_EQ(board_.in_flight_bytes() + board_.lost_bytes() + board_.sacked_bytes(), next_ - una);
  }
}

}  // namespace
}  // namespace penstock::tcp
