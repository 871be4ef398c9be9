// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/syn_cookie.h"

#include <gtest/gtest.h>

#include "dataplane/base/random.h"
#include "tests/support/literals.h"
#include "tests/support/packet_builder.h"

namespace penstock::tcp {
namespace {

using base::Instant;
using testing::at_s;
using testing::endpoint;

constexpr base::SecretKey kKey{11, 22};
const FlowKey kFlow{endpoint("10.0.0.2", 80), endpoint("10.0.0.1", 5000)};

std::optional<SynFacts> through(const SynFacts& facts) {
  const Seq cookie = make_cookie(kFlow, Seq(7), facts, kKey, at_s(1000));
  return read_cookie(kFlow, Seq(7), cookie, kKey, at_s(1001));
}

TEST(SynCookie, BringsBackWhatTheSynSaid) {
  const auto facts = through({.mss = 1460, .window_scale = 7, .sack_permitted = true});
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->mss, 1460);
  EXPECT_EQ(facts->window_scale, 7);
  EXPECT_TRUE(facts->sack_permitted);
  const auto bare = through({.mss = 536, .window_scale = std::nullopt, .sack_permitted = false});
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->mss, 536);
  EXPECT_FALSE(bare->window_scale);
  EXPECT_FALSE(bare->sack_permitted);
}

TEST(SynCookie, NeverPromisesMoreThanTheSynDid) {
  for (uint32_t mss = 64; mss < 10'000; mss += 7) {
    EXPECT_LE(through({.mss = static_cast<uint16_t>(mss)})->mss, mss);
  }
  for (uint8_t scale = 0; scale <= 14; ++scale) {
    const auto facts = through({.window_scale = scale});
    ASSERT_TRUE(facts->window_scale) << "that it scales at all must be known";
    EXPECT_LE(*facts->window_scale, scale);
  }
}

TEST(SynCookie, IsGoodForOnePeriodAtLeastAndTwoAtMost) {
  for (int64_t made = 1000; made < 1128; ++made) {
    const Seq cookie = make_cookie(kFlow, Seq(7), {}, kKey, at_s(made));
    EXPECT_TRUE(read_cookie(kFlow, Seq(7), cookie, kKey, at_s(made + 63)));
    EXPECT_FALSE(read_cookie(kFlow, Seq(7), cookie, kKey, at_s(made + 128)));
  }
}

TEST(SynCookie, IsOfOneFlowOnePeerAndOneKey) {
  const Seq cookie = make_cookie(kFlow, Seq(7), {}, kKey, at_s(1000));
  FlowKey other = kFlow;
  other.remote.port = 5001;
  EXPECT_FALSE(read_cookie(other, Seq(7), cookie, kKey, at_s(1000)));
  EXPECT_FALSE(read_cookie(kFlow, Seq(8), cookie, kKey, at_s(1000)));
  EXPECT_FALSE(read_cookie(kFlow, Seq(7), cookie, {11, 23}, at_s(1000)));
}

TEST(SynCookie, NoBitOfItCanBeChanged) {
  const Seq cookie = make_cookie(kFlow, Seq(7), {.mss = 1460}, kKey, at_s(1000));
  for (int bit = 0; bit < 32; ++bit) {
    const Seq changed(cookie.value() ^ (1u << bit));
    EXPECT_FALSE(read_cookie(kFlow, Seq(7), changed, kKey, at_s(1000))) << "bit " << bit;
  }
}

TEST(SynCookie, IsHardToGuess) {
  base::Random random(5);
  uint32_t guessed = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const Seq guess(static_cast<uint32_t>(random.next()));
    guessed += read_cookie(kFlow, Seq(7), guess, kKey, at_s(1000)) ? 1 : 0;
  }
  // One in 2^24.
  EXPECT_LE(guessed, 2u);
}

}  // namespace
}  // namespace penstock::tcp
