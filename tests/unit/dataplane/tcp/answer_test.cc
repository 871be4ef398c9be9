// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/answer.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(Answer, ResetsAreBoundedPerSecond) {
  TcpDialogue d;
  for (uint32_t i = 0; i < base::kResetsPerSecond; ++i) {
    d.peer_sends({.flags = "S"});
    d.expect({.flags = "RA", .ack = 1});
  }
  d.peer_sends({.flags = "S"});
  d.expect_silence();
  d.at_ms(1001);
  d.peer_sends({.flags = "S"});
  d.expect({.flags = "RA", .ack = 1});
}

TEST(Answer, AResetIsNotAnswered) {
  TcpDialogue d;
  d.peer_sends({.flags = "RA", .ack = 5});
  d.expect_silence();
  EXPECT_EQ(d.counters().resets_out.read(), 0u);
}

}  // namespace
}  // namespace penstock::tcp
