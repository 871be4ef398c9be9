// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/signals.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <csignal>

namespace penstock::daemon {
namespace {

using base::Duration;

TEST(Signals, TellsTheEndFromAReload) {
  Signals signals;
  raise(SIGHUP);
  EXPECT_EQ(signals.wait(Duration::from_s(5)), Signal::Reload);
  raise(SIGTERM);
  EXPECT_EQ(signals.wait(Duration::from_s(5)), Signal::End);
  raise(SIGINT);
  EXPECT_EQ(signals.wait(Duration::from_s(5)), Signal::End);
}

TEST(Signals, SaysNothingWhenNothingComes) {
  Signals signals;
  EXPECT_EQ(signals.wait(Duration::from_ms(0)), std::nullopt);
}

TEST(Signals, LeavesSigioToTheWorkers) {
  Signals signals;
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_TRUE(sigismember(&blocked, SIGIO));
}

}  // namespace
}  // namespace penstock::daemon
