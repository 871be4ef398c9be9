// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace penstock::testing {
namespace {

using base::Duration;
using base::Instant;

constexpr Instant kStart = Instant::from_ns(1'000'000);

Frame ip_frame(size_t bytes, uint8_t mark = 0) {
  Frame frame(bytes, mark);
  frame[12] = 0x08;
  frame[13] = 0x00;
  return frame;
}

Frame arp_frame() {
  Frame frame(60);
  frame[12] = 0x08;
  frame[13] = 0x06;
  return frame;
}

// The last byte of each frame, in the order of arrival.
std::vector<int> marks_until(SimLink& link, Instant now) {
  std::vector<int> marks;
  while (auto frame = link.take_arrived(now)) marks.push_back(frame->back());
  return marks;
}

TEST(SimLink, DeliversAfterItsDelay) {
  SimLink link({.delay = Duration::from_us(10)}, 1);
  link.send(ip_frame(100), kStart);
  EXPECT_FALSE(link.take_arrived(kStart + Duration::from_us(9)));
  EXPECT_EQ(link.next_deadline(), kStart + Duration::from_us(10));
  EXPECT_TRUE(link.take_arrived(kStart + Duration::from_us(10)));
}

TEST(SimLink, KeepsTheOrderInSpiteOfJitter) {
  SimLink link({.jitter = Duration::from_ms(5)}, 1);
  for (uint8_t i = 0; i < 100; ++i) link.send(ip_frame(60, i), kStart);
  const std::vector<int> marks = marks_until(link, kStart + Duration::from_s(1));
  EXPECT_EQ(marks.size(), 100u);
  EXPECT_TRUE(std::is_sorted(marks.begin(), marks.end()));
}

TEST(SimLink, BringsSomeFramesLateWhenItReorders) {
  SimLink link({.reordering_delay = Duration::from_ms(5), .reordering = 2000}, 1);
  for (uint8_t i = 0; i < 100; ++i) link.send(ip_frame(60, i), kStart);
  const std::vector<int> marks = marks_until(link, kStart + Duration::from_s(1));
  EXPECT_EQ(marks.size(), 100u);
  EXPECT_FALSE(std::is_sorted(marks.begin(), marks.end()));
}

TEST(SimLink, LosesAndRepeatsAsOftenAsItIsTold) {
  SimLink link({.loss = 1000, .duplication = 500}, 1);
  for (int i = 0; i < 10'000; ++i) link.send(ip_frame(60), kStart);
  const size_t arrived = marks_until(link, kStart + Duration::from_s(1)).size();
  EXPECT_NEAR(static_cast<double>(link.lost()), 1000, 100);
  EXPECT_NEAR(static_cast<double>(arrived), 9000 * 1.05, 150);
}

TEST(SimLink, LosesInEvenDistances) {
  SimLink link({.lose_every = 3}, 1);
  for (uint8_t i = 1; i <= 6; ++i) link.send(ip_frame(1100, i), kStart);
  link.send(ip_frame(60, 7), kStart);
  EXPECT_EQ(marks_until(link, kStart + Duration::from_s(1)), (std::vector<int>{1, 2, 4, 5, 7}));
}

TEST(SimLink, NeverHarmsArpButWhenToldTo) {
  SimLink link({.loss = 10'000, .corruption = 10'000}, 1);
  link.send(arp_frame(), kStart);
  EXPECT_EQ(link.take_arrived(kStart + Duration::from_s(1)), arp_frame());
  link.set_carries(SimLink::Carries::NoArp);
  link.send(arp_frame(), kStart);
  EXPECT_FALSE(link.take_arrived(kStart + Duration::from_s(1)));
}

TEST(SimLink, DamagesBitsBehindTheEthernetHeader) {
  SimLink link({.corruption = 10'000}, 1);
  for (int i = 0; i < 50; ++i) {
    link.send(ip_frame(60), kStart);
    const auto frame = link.take_arrived(kStart + Duration::from_s(1));
    ASSERT_TRUE(frame);
    EXPECT_NE(*frame, ip_frame(60));
    const Frame whole = ip_frame(60);
    EXPECT_TRUE(std::equal(whole.begin(), whole.begin() + 14, frame->begin()));
  }
}

TEST(SimLink, CarriesNoMoreThanItsBandwidthAndLosesWhatDoesNotFitItsQueue) {
  // A thousand bytes take a millisecond.
  SimLink link({.delay = Duration::from_ns(0), .bits_per_second = 8'000'000, .queue_bytes = 3500},
               1);
  for (uint8_t i = 0; i < 10; ++i) link.send(ip_frame(1000, i), kStart);
  EXPECT_EQ(marks_until(link, kStart + Duration::from_us(2500)), (std::vector<int>{0, 1}));
  EXPECT_EQ(marks_until(link, kStart + Duration::from_s(1)), (std::vector<int>{2, 3}));
  EXPECT_EQ(link.lost(), 6u);
}

TEST(SimLink, SwallowsWhatIsLargerThanItsHole) {
  SimLink link({}, 1);
  link.set_mtu_hole(600);
  link.send(ip_frame(14 + 600, 1), kStart);
  link.send(ip_frame(14 + 601, 2), kStart);
  link.set_mtu_hole(0);
  link.send(ip_frame(14 + 601, 3), kStart);
  EXPECT_EQ(marks_until(link, kStart + Duration::from_s(1)), (std::vector<int>{1, 3}));
}

TEST(SimLink, CarriesNothingWhenItIsDown) {
  SimLink link({}, 1);
  link.set_carries(SimLink::Carries::Nothing);
  link.send(ip_frame(60), kStart);
  EXPECT_TRUE(link.next_deadline().is_never());
}

}  // namespace
}  // namespace penstock::testing
