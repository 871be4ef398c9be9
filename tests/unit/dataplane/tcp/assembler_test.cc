// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/assembler.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "dataplane/base/random.h"
#include "tests/support/eal_environment.h"

namespace penstock::tcp {
namespace {

using Outcome = Assembler::Outcome;

class AssemblerTest : public ::testing::Test {
 protected:
  nic::Slice slice(std::string_view text) {
    nic::Slice made = pool.allocate_slice();
    std::copy(text.begin(), text.end(), made.room().begin());
    made.commit(static_cast<uint32_t>(text.size()));
    return made;
  }
  std::string take(uint32_t next) {
    nic::SliceQueue queue;
    const uint32_t moved = assembler.take(Seq(next), queue);
    std::string text;
    queue.for_each([&](base::ByteSpan bytes) {
      text += base::as_text(bytes);
      return true;
    });
    EXPECT_EQ(moved, text.size());
    return text;
  }
  Outcome insert(uint32_t start, std::string_view text) {
    return assembler.insert(Seq(start), slice(text));
  }

  nic::PacketPool pool = testing::make_test_pool();
  Assembler assembler;
};

TEST_F(AssemblerTest, KeepsWhatIsBehindAGap) {
  EXPECT_EQ(insert(10, "cd"), Outcome::Stored);
  EXPECT_EQ(take(5), "");
  EXPECT_EQ(take(10), "cd");
  EXPECT_TRUE(assembler.empty());
}

TEST_F(AssemblerTest, JoinsRangesThatMeet) {
  insert(10, "ab");
  insert(14, "ef");
  EXPECT_EQ(assembler.ranges(), 2u);
  insert(12, "cd");
  EXPECT_EQ(assembler.ranges(), 1u);
  EXPECT_EQ(take(10), "abcdef");
}

TEST_F(AssemblerTest, TrimsWhatOverlapsInFrontAndBehind) {
  insert(10, "abc");
  insert(15, "fgh");
  EXPECT_EQ(insert(11, "bcdefg"), Outcome::Stored);
  EXPECT_EQ(assembler.bytes(), 8u);
  EXPECT_EQ(take(10), "abcdefgh");
}

TEST_F(AssemblerTest, ReplacesRangesThatAreCovered) {
  insert(12, "c");
  insert(14, "e");
  EXPECT_EQ(insert(10, "abcdef"), Outcome::Stored);
  EXPECT_EQ(assembler.ranges(), 1u);
  EXPECT_EQ(take(10), "abcdef");
}

TEST_F(AssemblerTest, RefusesBytesThatItHas) {
  insert(10, "abcdef");
  EXPECT_EQ(insert(11, "bcd"), Outcome::Duplicate);
  EXPECT_EQ(assembler.bytes(), 6u);
}

TEST_F(AssemblerTest, DropsBytesThatAreOlderThanAsked) {
  insert(10, "abcdef");
  EXPECT_EQ(take(12), "cdef");
}

TEST_F(AssemblerTest, RefusesMoreRangesThanItCanHold) {
  for (uint32_t i = 0; i < base::kOutOfOrderRangesMax; ++i) {
    EXPECT_EQ(insert(10 + 2 * i, "x"), Outcome::Stored);
  }
  EXPECT_EQ(insert(1000, "x"), Outcome::TooManyRanges);
}

TEST_F(AssemblerTest, WorksAcrossTheWrapOfSequenceNumbers) {
  insert(0xffff'fffe, "abcd");
  insert(4, "gh");
  insert(2, "ef");
  EXPECT_EQ(take(0xffff'fffe), "abcdefgh");
}

TEST_F(AssemblerTest, YieldsTheStreamWhateverTheOrderOfItsPieces) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>('a' + i * 7 % 26);
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    base::Random random(seed);
    std::string got;
    while (got.size() < text.size()) {
      const auto start = static_cast<uint32_t>(random.below(text.size()));
      const auto size = static_cast<uint32_t>(1 + random.below(20));
      const std::string_view piece = std::string_view(text).substr(start, size);
      if (start + piece.size() > got.size()) insert(start, piece);
      got += take(static_cast<uint32_t>(got.size()));
      // Like a peer, repeat what is missing.
      const auto next = static_cast<uint32_t>(got.size());
      if (random.below(10) == 0 && next < text.size()) {
        insert(next, std::string_view(text).substr(next, 3));
        got += take(next);
      }
    }
    ASSERT_EQ(got, text) << "seed " << seed;
    ASSERT_TRUE(assembler.empty());
  }
  EXPECT_EQ(pool.buffers_in_use(), 0u);
}

}  // namespace
}  // namespace penstock::tcp
