// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/transmit.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(Transmit, SendsAllThatWasWrittenInATurnTogether) {
  TcpDialogue d;
  d.open_passively();
  for (int i = 0; i < 10; ++i) {
    nic::Slice slice = d.node().pool.allocate_slice();
    slice.commit(90);
    d.stream().write(std::move(slice));
  }
  d.stream().close();
  d.turn();
  d.expect({.flags = "FA", .seq = 1, .ack = 1, .length = 900});
}

TEST(Transmit, TriesAgainWhenThePoolWasEmpty) {
  TcpDialogue d;
  d.open_passively();
  std::vector<nic::Slice> hoard;
  nic::Slice mine = d.node().pool.allocate_slice();
  mine.commit(100);
  while (nic::Slice slice = d.node().pool.allocate_slice()) hoard.push_back(std::move(slice));
  d.stream().write(std::move(mine));
  d.turn();
  d.expect_silence();
  EXPECT_EQ(d.counters().pool_empty.read(), 1u);
  hoard.clear();
  d.at_ms(2);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 100});
}

TEST(Transmit, KeepsNewDataToItselfWhileThePortIsBehind) {
  TcpDialogue d;
  d.open_passively();
  // What others have staged before us, as many frames as leave no room for data.
  d.node().port.limit_transmission(0);
  for (uint32_t i = 0; i < base::kStagedPacketsForData; ++i) {
    nic::Packet filler = d.node().pool.allocate_packet();
    filler.append(14);
    d.node().queue.stage(std::move(filler));
  }
  d.write(2'000);
  d.expect_silence();
  EXPECT_GE(d.counters().port_behind.read(), 1u);
  EXPECT_EQ(d.node().stack.next_deadline(), base::Instant::from_ns(0));
  d.node().port.limit_transmission(UINT32_MAX);
  d.node().queue.flush();
  d.node().port.take_all_sent();
  d.turn();
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
}

TEST(Transmit, PushesTheLastSegmentOfAWrite) {
  TcpDialogue d;
  d.open_passively();
  d.write(2500);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000, .push = false});
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000, .push = false});
  d.expect({.flags = "A", .seq = 2001, .ack = 1, .length = 500, .push = true});
}

TEST(Transmit, StartsSlowlyAfterASilence) {
  TcpDialogue d;
  d.open_passively();
  for (uint32_t sent = 0; sent < 40'000; sent += 10'000) {
    d.write(10'000);
    while (d.has_sent()) d.skip_one();
    d.peer_sends({.flags = "A", .seq = 1, .ack = sent + 10'001});
  }
  d.at_ms(10'000);
  d.write(20'000);
  uint32_t segments = 0;
  for (; d.has_sent(); ++segments) d.skip_one();
  EXPECT_EQ(segments, 10u);
}

}  // namespace
}  // namespace penstock::tcp
