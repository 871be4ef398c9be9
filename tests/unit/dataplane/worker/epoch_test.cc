// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/epoch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace penstock::worker {
namespace {

TEST(Epoch, PassesAtOnceWhenNobodyReads) {
  Epoch epoch(4);
  EXPECT_TRUE(epoch.passed(epoch.start()));
}

TEST(Epoch, WaitsForEachWorkerThatJoined) {
  Epoch epoch(4);
  epoch.join(0);
  epoch.join(3);
  const Epoch::Token token = epoch.start();
  EXPECT_FALSE(epoch.passed(token));
  epoch.quiescent(0);
  EXPECT_FALSE(epoch.passed(token));
  epoch.quiescent(3);
  EXPECT_TRUE(epoch.passed(token));
  epoch.leave(0);
  epoch.leave(3);
}

TEST(Epoch, IsNotHeldUpByASleeper) {
  Epoch epoch(1);
  epoch.join(0);
  epoch.offline(0);
  EXPECT_TRUE(epoch.passed(epoch.start()));
  epoch.online(0);
  EXPECT_FALSE(epoch.passed(epoch.start()));
  epoch.leave(0);
}

TEST(Epoch, IsNotHeldUpByOneThatLeft) {
  Epoch epoch(1);
  epoch.join(0);
  const Epoch::Token token = epoch.start();
  epoch.leave(0);
  EXPECT_TRUE(epoch.passed(token));
}

// What is freed after passed() is never read again: AddressSanitizer and ThreadSanitizer judge.
TEST(Epoch, LetsTheWriterFreeWhatNoReaderCanSee) {
  constexpr uint64_t kSwaps = 2000;
  Epoch epoch(1);
  std::atomic<uint64_t*> shared{new uint64_t{0}};
  std::atomic<bool> ended{false};
  std::thread reader([&] {
    epoch.join(0);
    uint64_t last = 0;
    while (!ended.load(std::memory_order_relaxed)) {
      const uint64_t value = *shared.load(std::memory_order_acquire);
      EXPECT_GE(value, last);
      last = value;
      epoch.quiescent(0);
    }
    epoch.leave(0);
  });
  for (uint64_t i = 1; i <= kSwaps; ++i) {
    std::unique_ptr<uint64_t> old{shared.exchange(new uint64_t{i}, std::memory_order_acq_rel)};
    const Epoch::Token token = epoch.start();
    while (!epoch.passed(token)) std::this_thread::yield();
  }
  ended.store(true);
  reader.join();
  delete shared.load();
}

}  // namespace
}  // namespace penstock::worker
