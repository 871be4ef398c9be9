// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/receive_buffer.h"

#include <gtest/gtest.h>

#include "tests/support/eal_environment.h"

namespace penstock::tcp {
namespace {

using Outcome = ReceiveBuffer::Outcome;

class ReceiveBufferTest : public ::testing::Test {
 protected:
  void TearDown() override { buffer.discard(slab); }
  nic::Slice slice(uint32_t bytes) {
    nic::Slice made = pool.allocate_slice();
    made.commit(bytes);
    return made;
  }
  ReceiveBuffer::Accepted accept(uint32_t next, uint32_t start, uint32_t bytes) {
    return buffer.accept(Seq(next), Seq(start), slice(bytes), {slices_max, slab});
  }

  nic::PacketPool pool = testing::make_test_pool();
  base::Slab<Assembler> slab{1};
  uint32_t slices_max = base::kReceiveSlicesMax;
  ReceiveBuffer buffer;
};

TEST_F(ReceiveBufferTest, AdvancesOverWhatWaitedBehindTheGap) {
  EXPECT_EQ(accept(0, 1000, 1000).outcome, Outcome::OutOfOrder);
  EXPECT_TRUE(buffer.has_gap());
  const auto accepted = accept(0, 0, 1000);
  EXPECT_EQ(accepted.outcome, Outcome::InOrder);
  EXPECT_EQ(accepted.advanced, 2000u);
  EXPECT_FALSE(buffer.has_gap());
  EXPECT_EQ(slab.in_use(), 0u);
}

TEST_F(ReceiveBufferTest, RefusesOutOfOrderBytesWhenNoAssemblerIsLeft) {
  Assembler* taken = slab.acquire();
  EXPECT_EQ(accept(0, 1000, 1000).outcome, Outcome::Refused);
  slab.release(taken);
}

TEST_F(ReceiveBufferTest, CountsOutOfOrderBytesAgainstTheRoom) {
  accept(0, 5000, 1000);
  EXPECT_EQ(buffer.room(10'000, base::kReceiveSlicesMax, 1000), 9000u);
}

TEST_F(ReceiveBufferTest, PinsNoMoreBuffersThanItsLimit) {
  for (uint32_t i = 0; i < base::kReceiveSlicesMax; ++i) {
    EXPECT_EQ(accept(i * 1500, i * 1500, 1500).outcome, Outcome::InOrder);
  }
  EXPECT_EQ(buffer.room(10'000'000, base::kReceiveSlicesMax, 1000), 0u);
  EXPECT_EQ(accept(0, 0, 1500).outcome, Outcome::Refused);
  // A crumb finds room behind the last bytes.
  EXPECT_EQ(accept(0, 0, 100).outcome, Outcome::InOrder);
}

TEST_F(ReceiveBufferTest, GivesUpWhatLiesBehindAGapWhenTheGapCannotBeFilledOtherwise) {
  slices_max = 2;
  EXPECT_EQ(accept(0, 1000, 1000).outcome, Outcome::OutOfOrder);
  EXPECT_EQ(accept(0, 3000, 1000).outcome, Outcome::OutOfOrder);
  EXPECT_EQ(accept(0, 5000, 1000).outcome, Outcome::Refused);
  const auto accepted = accept(0, 0, 1000);
  EXPECT_EQ(accepted.outcome, Outcome::InOrder);
  EXPECT_EQ(accepted.advanced, 1000u);
  EXPECT_FALSE(buffer.has_gap());
  EXPECT_EQ(slab.in_use(), 0u);
}

}  // namespace
}  // namespace penstock::tcp
