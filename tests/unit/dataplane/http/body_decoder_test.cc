// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/body_decoder.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/body_feeder.h"

namespace penstock::http {
namespace {

using Kind = Framing::Kind;
using State = BodyStep::State;
using support::feed_body;
using support::for_every_split;

TEST(BodyDecoder, IsCompleteFromTheStartWithoutABody) {
  for (const Framing framing : {Framing{}, Framing{Kind::Length, 0}}) {
    BodyDecoder decoder(framing);
    EXPECT_TRUE(decoder.is_complete());
    const BodyStep step = decoder.step(base::as_bytes("GET"));
    EXPECT_EQ(step.state, State::End);
    EXPECT_EQ(step.skip + step.data, 0u);
    EXPECT_EQ(decoder.on_peer_closed(), BodyDecoder::Closed::Complete);
  }
}

TEST(BodyDecoder, TakesExactlyItsLengthAndLeavesTheRest) {
  for_every_split("hello worldGET /", [](const support::Pieces& pieces) {
    BodyDecoder decoder({Kind::Length, 11});
    const auto body = feed_body(decoder, pieces);
    EXPECT_EQ(body.payload, "hello world");
    EXPECT_EQ(body.consumed, 11u);
    EXPECT_EQ(body.state, State::End);
    EXPECT_TRUE(decoder.is_complete());
    EXPECT_EQ(decoder.payload_bytes(), 11u);
  });
}

TEST(BodyDecoder, SaysThatAShortBodyIsTruncated) {
  BodyDecoder decoder({Kind::Length, 11});
  EXPECT_EQ(decoder.step(base::as_bytes("hello")).state, State::Data);
  EXPECT_EQ(decoder.step({}).state, State::NeedMore);
  EXPECT_FALSE(decoder.is_complete());
  EXPECT_EQ(decoder.on_peer_closed(), BodyDecoder::Closed::Truncated);
}

TEST(BodyDecoder, CountsBeyondFourGigabytes) {
  const std::string megabyte(1 << 20, 'x');
  BodyDecoder decoder({Kind::Length, (uint64_t{5} << 30) + 1});
  for (int i = 0; i < 5 << 10; ++i) {
    ASSERT_EQ(decoder.step(base::as_bytes(megabyte)).state, State::Data);
  }
  const BodyStep last = decoder.step(base::as_bytes(megabyte));
  EXPECT_EQ(last.state, State::End);
  EXPECT_EQ(last.data, 1u);
}

TEST(BodyDecoder, TakesEverythingUntilClose) {
  for_every_split("a\r\n0\r\n\r\nb", [](const support::Pieces& pieces) {
    BodyDecoder decoder({Kind::UntilClose, 0});
    EXPECT_EQ(feed_body(decoder, pieces).payload, "a\r\n0\r\n\r\nb");
    EXPECT_FALSE(decoder.is_complete());
    EXPECT_EQ(decoder.on_peer_closed(), BodyDecoder::Closed::Complete);
    EXPECT_TRUE(decoder.is_complete());
  });
}

TEST(BodyDecoder, FollowsChunks) {
  for_every_split("3\r\nabc\r\n0\r\n\r\nGET", [](const support::Pieces& pieces) {
    BodyDecoder decoder({Kind::Chunked, 0});
    const auto body = feed_body(decoder, pieces);
    EXPECT_EQ(body.payload, "abc");
    EXPECT_EQ(body.consumed, 13u);
    EXPECT_TRUE(decoder.is_complete());
    EXPECT_EQ(decoder.payload_bytes(), 3u);
  });
}

TEST(BodyDecoder, SaysThatChunksWithoutAnEndAreTruncated) {
  BodyDecoder decoder({Kind::Chunked, 0});
  feed_body(decoder, support::cut("3\r\nabc\r\n0\r\n", {}));
  EXPECT_EQ(decoder.on_peer_closed(), BodyDecoder::Closed::Truncated);
}

TEST(BodyDecoder, StaysFailedAfterAnError) {
  BodyDecoder decoder({Kind::Chunked, 0});
  EXPECT_EQ(decoder.step(base::as_bytes("x")).error, ReplyReason::ChunkSizeInvalid);
  EXPECT_EQ(decoder.step(base::as_bytes("0\r\n\r\n")).error, ReplyReason::ChunkSizeInvalid);
  EXPECT_FALSE(decoder.is_complete());
}

}  // namespace
}  // namespace penstock::http
