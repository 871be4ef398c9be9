// SPDX-License-Identifier: Apache-2.0
//
// What a connection may hold while packet buffers are scarce: RFC 9293 3.8.6 lets a receiver take
// less than its window promised, and never lets it shrink the window's right edge.
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using nic::Pressure;
using testing::TcpDialogue;
using wire::DropReason;

// Takes buffers, as slow clients do, until they are as scarce as wanted.
class Hoard {
 public:
  Hoard(TcpDialogue& d, Pressure wanted) : pool_(d.node().pool) {
    for (pool_.sample_pressure(); pool_.pressure() != wanted; pool_.sample_pressure()) {
      held_.push_back(pool_.allocate_slice());
    }
  }
  ~Hoard() { give_back(); }
  void give_back() {
    held_.clear();
    pool_.sample_pressure();
  }

 private:
  nic::PacketPool& pool_;
  std::vector<nic::Slice> held_;
};

TEST(PressureDialogue, AFirstSegmentIsTakenHoweverScarceBuffersAre) {
  TcpDialogue d;
  d.open_passively();
  Hoard hoard(d, Pressure::Critical);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  EXPECT_EQ(d.stream().received().bytes(), 1000u);
  d.at_ms(50);
  d.skip_one();
}

TEST(PressureDialogue, WhoHoldsBuffersGetsNoMoreUntilTheyAreRead) {
  TcpDialogue d;
  d.open_passively();
  Hoard hoard(d, Pressure::Critical);
  d.peer_sends_burst({{.flags = "A", .seq = 1, .ack = 1, .length = 1000},
                      {.flags = "A", .seq = 1001, .ack = 1, .length = 1000}});
  EXPECT_EQ(d.drops(DropReason::TcpBufferPressure), 1u);
  EXPECT_EQ(d.read(), 1000u);
  d.at_ms(50);
  d.expect({.flags = "A", .seq = 1, .ack = 1001});
  d.peer_sends({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  EXPECT_EQ(d.read(), 1000u);
  EXPECT_EQ(d.drops(DropReason::TcpBufferPressure), 1u);
  d.at_ms(100);
  d.expect({.flags = "A", .seq = 1, .ack = 2001});
}

TEST(PressureDialogue, TheRightEdgeOfTheWindowStaysWhereItWas) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 2001});
  const uint32_t edge = 1 + d.node().stack.settings().receive_window_bytes;
  Hoard hoard(d, Pressure::High);
  d.peer_sends({.flags = "A", .seq = 2001, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 3001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 4001, .window = static_cast<uint16_t>(edge - 4001)});
}

TEST(PressureDialogue, AUserMayWriteLittleAndIsToldWhenItIsGone) {
  TcpDialogue d;
  d.open_passively();
  Hoard hoard(d, Pressure::High);
  EXPECT_EQ(d.stream().write_space(), base::kSendBytesAtHigh);
  d.write(base::kSendBytesAtHigh);
  EXPECT_EQ(d.stream().write_space(), 0u);
  d.take_events();
  while (d.has_sent()) d.skip_one();
  d.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 1 + 9000});
  EXPECT_TRUE(d.take_events().writable);
  while (d.has_sent()) d.skip_one();
}

TEST(PressureDialogue, AUserHeldBackIsToldThoughThePressureIsGone) {
  TcpDialogue d;
  d.open_passively();
  Hoard hoard(d, Pressure::High);
  d.write(base::kSendBytesAtHigh);
  EXPECT_EQ(d.stream().write_space(), 0u);
  hoard.give_back();
  d.take_events();
  while (d.has_sent()) d.skip_one();
  d.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 1 + 1000});
  EXPECT_TRUE(d.take_events().writable);
  while (d.has_sent()) d.skip_one();
}

TEST(PressureDialogue, AGapCanBeFilledThoughBuffersAreCritical) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  Hoard hoard(d, Pressure::Critical);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1001});
  EXPECT_EQ(d.read(), 1000u);
}

TEST(PressureDialogue, AShutWindowOpensByOneSegmentThoughBuffersAreCritical) {
  auto settings = TcpDialogue::small_settings();
  settings.mss = 1460;
  settings.receive_window_bytes = base::kReceiveWindowBytes;
  TcpDialogue d(settings);
  d.listen();
  d.peer_sends({.flags = "S", .window = 65535, .mss = 1460, .scale = 7});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  Hoard hoard(d, Pressure::Critical);
  // The peer uses up what the window promised; one segment at a time is taken.
  uint32_t seq = 1;
  const auto peer_sends = [&](uint32_t length) {
    d.peer_sends({.flags = "A", .seq = seq, .ack = 1, .length = length});
    EXPECT_EQ(d.read(), length);
    seq += length;
  };
  for (int i = 0; i < 44; ++i) {
    peer_sends(1460);
    d.turn();
    while (d.has_sent()) d.skip_one();
  }
  peer_sends(1296);
  d.turn();
  // 182 units of eight bytes: as much of a segment as the scale can say.
  d.expect({.flags = "A", .seq = 1, .ack = seq, .window = 182});
}

}  // namespace
}  // namespace penstock
