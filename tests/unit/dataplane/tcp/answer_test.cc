// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/answer.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(Answer, ResetsAreBoundedPerSecond) {
  TcpDialogue d;
  uint32_t answers = 0;
  for (uint32_t i = 0; i < 2 * base::kResetsPerSecond; ++i) {
    d.peer_sends({.flags = "S", .seq = i});
    for (; d.has_sent(); ++answers) d.skip_one();
  }
  EXPECT_GE(answers, base::kResetsPerSecond / 2);
  EXPECT_LE(answers, base::kResetsPerSecond * 3 / 2);
}

TEST(Answer, AResetIsNotAnswered) {
  TcpDialogue d;
  d.peer_sends({.flags = "RA", .ack = 5});
  d.expect_silence();
  EXPECT_EQ(d.counters().resets_out.read(), 0u);
}

}  // namespace
}  // namespace penstock::tcp
