// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/mailbox.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>

namespace penstock::worker {
namespace {

struct Numbered {
  uint64_t number = 0;
  uint8_t odd_size = 0;  // a size that is no multiple of the ring's element unit
};

TEST(Mailbox, GivesBackWhatWasPostedInOrder) {
  Mailbox<Numbered> mailbox(8);
  for (uint64_t i = 0; i < 5; ++i) ASSERT_TRUE(mailbox.post({i, static_cast<uint8_t>(i)}));
  for (uint64_t i = 0; i < 5; ++i) {
    const auto message = mailbox.take();
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(message->number, i);
    EXPECT_EQ(message->odd_size, i);
  }
  EXPECT_FALSE(mailbox.take().has_value());
}

TEST(Mailbox, RefusesWhenFullAndTakesAgainAfterOneWasTaken) {
  Mailbox<Command> mailbox(4);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(mailbox.post({Command::Kind::Drain}));
  EXPECT_FALSE(mailbox.post({Command::Kind::Stop}));
  ASSERT_TRUE(mailbox.take().has_value());
  EXPECT_TRUE(mailbox.post({Command::Kind::Stop}));
}

TEST(Mailbox, LosesNothingBetweenTwoThreads) {
  constexpr uint64_t kMessages = 100'000;
  Mailbox<Numbered> mailbox(64);
  std::thread producer([&mailbox] {
    for (uint64_t i = 0; i < kMessages;) {
      if (mailbox.post({i, 1})) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  uint64_t expected = 0;
  while (expected < kMessages) {
    const auto message = mailbox.take();
    if (!message) {
      std::this_thread::yield();
      continue;
    }
    ASSERT_EQ(message->number, expected);
    ++expected;
  }
  producer.join();
  EXPECT_FALSE(mailbox.take().has_value());
}

}  // namespace
}  // namespace penstock::worker
