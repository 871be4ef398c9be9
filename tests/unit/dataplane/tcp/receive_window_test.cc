// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/receive_window.h"

#include <gtest/gtest.h>

namespace penstock::tcp {
namespace {

TEST(ReceiveWindow, ShiftsJustFarEnough) {
  EXPECT_EQ(ReceiveWindow::shift_for(65'535), 0);
  EXPECT_EQ(ReceiveWindow::shift_for(65'536), 1);
  EXPECT_EQ(ReceiveWindow::shift_for(256 * 1024), 3);
}

TEST(ReceiveWindow, NeverMovesItsEdgeLeft) {
  ReceiveWindow window;
  window.start(Seq(1000), 10'000, 0);
  EXPECT_EQ(window.advertise(Seq(1000), 10'000, 1000), 10'000);
  EXPECT_EQ(window.advertise(Seq(1000), 4000, 1000), 10'000);
  EXPECT_EQ(window.advertise(Seq(3000), 0, 1000), 8000);
}

TEST(ReceiveWindow, MovesItsEdgeBySegmentsOnly) {
  ReceiveWindow window;
  window.start(Seq(0), 10'000, 10'000);
  EXPECT_EQ(window.advertise(Seq(5000), 5999, 1000), 5000);
  EXPECT_EQ(window.advertise(Seq(5000), 6000, 1000), 6000);
}

TEST(ReceiveWindow, KeepsItsEdgeWhenScalingRounds) {
  ReceiveWindow window;
  window.start(Seq(0), 256 * 1024, 0);
  window.set_shift(3);
  const uint16_t first = window.advertise(Seq(0), 100'000, 1000);
  const Seq edge = window.edge();
  EXPECT_EQ(first, 12'500);
  EXPECT_EQ(window.advertise(Seq(1), 0, 1000), 12'500);
  EXPECT_GE(window.edge(), edge);
}

TEST(ReceiveWindow, AsksForAnUpdateOnlyWhenThePeerMayBeHeldBack) {
  ReceiveWindow window;
  window.start(Seq(0), 200'000, 60'000);
  EXPECT_FALSE(window.is_update_due(Seq(0), 200'000, 1000));
  EXPECT_TRUE(window.is_update_due(Seq(40'000), 200'000, 1000));
  EXPECT_FALSE(window.is_update_due(Seq(60'000), 900, 1000));
  EXPECT_TRUE(window.is_update_due(Seq(60'000), 1000, 1000));
}

}  // namespace
}  // namespace penstock::tcp
