// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/chunk_decoder.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "dataplane/base/limits.h"
#include "tests/support/body_feeder.h"

namespace penstock::http::h1 {
namespace {

using R = ReplyReason;
using State = BodyStep::State;
using support::FedBody;
using support::for_every_split;
using support::Pieces;

FedBody feed(const Pieces& pieces) {
  ChunkDecoder decoder;
  return support::feed_body(decoder, pieces);
}
FedBody feed_whole(const std::string& input) { return feed(support::cut(input, {})); }

TEST(ChunkDecoder, JoinsChunksHoweverTheyAreSplit) {
  const std::string body = "4\r\nWiki\r\n6\r\npedia \r\nB\r\nin chunks.\n\r\n0\r\n\r\n";
  for_every_split(body + "GET", [&](const Pieces& pieces) {
    EXPECT_EQ(feed(pieces), (FedBody{"Wikipedia in chunks.\n", State::End, R::None, body.size()}));
  });
}

TEST(ChunkDecoder, DiscardsExtensionsAndTrailers) {
  const std::string body = "2;a=b;c=\"d\"\r\nhi\r\n0 ; x\r\nDigest: q\r\nEmpty:\r\n\r\n";
  for_every_split(body, [&](const Pieces& pieces) {
    EXPECT_EQ(feed(pieces), (FedBody{"hi", State::End, R::None, body.size()}));
  });
}

TEST(ChunkDecoder, TakesSizesInEitherCaseWithLeadingZeros) {
  const std::string payload(0xaf, 'x');
  EXPECT_EQ(feed_whole("aF\r\n" + payload + "\r\n000\r\n\r\n").payload, payload);
  EXPECT_EQ(feed_whole("0000AF\r\n" + payload + "\r\n0\r\n\r\n").state, State::End);
}

TEST(ChunkDecoder, PassesPayloadThatLooksLikeFraming) {
  for_every_split("7\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n", [](const Pieces& pieces) {
    EXPECT_EQ(feed(pieces).payload, "0\r\n\r\n\r\n");
    EXPECT_EQ(feed(pieces).state, State::End);
  });
}

TEST(ChunkDecoder, TakesTheLargestSizeAndRefusesTheNext) {
  EXPECT_EQ(feed_whole("7fffffffffffffff\r\nx").payload, "x");
  EXPECT_EQ(feed_whole("8000000000000000\r\n").error, R::ChunkSizeTooLarge);
  EXPECT_EQ(feed_whole("10000000000000005\r\n").error, R::ChunkSizeTooLarge);
}

TEST(ChunkDecoder, ConsumesNothingAfterTheEnd) {
  ChunkDecoder decoder;
  EXPECT_EQ(decoder.step(base::as_bytes("0\r\n\r\nGET")).skip, 5u);
  const BodyStep again = decoder.step(base::as_bytes("GET"));
  EXPECT_EQ(again.state, State::End);
  EXPECT_EQ(again.skip + again.data, 0u);
}

TEST(ChunkDecoder, RefusesMalformedFramingUnderEverySplit) {
  const std::vector<std::pair<std::string, ReplyReason>> table = {
      {"\r\n", R::ChunkSizeInvalid},
      {" 5\r\n", R::ChunkSizeInvalid},
      {"g\r\n", R::ChunkSizeInvalid},
      {"-1\r\n", R::ChunkSizeInvalid},
      {"+5\r\n", R::ChunkSizeInvalid},
      {"0x5\r\n", R::ChunkSizeInvalid},
      {"5,\r\n", R::ChunkSizeInvalid},
      {"5 \r\nhello", R::ChunkSizeInvalid},
      {"5 5\r\n", R::ChunkSizeInvalid},
      {";a\r\n", R::ChunkSizeInvalid},
      {"5\x0b\r\n", R::ChunkSizeInvalid},
      {std::string("5\0\r\n", 4), R::ChunkSizeInvalid},
      {"\n", R::BareLineFeed},
      {"5\nhello", R::BareLineFeed},
      {"5 \nhello", R::BareLineFeed},
      {"5;a\nhello", R::BareLineFeed},
      {"5\rhello", R::BareCarriageReturn},
      {"5;a\rb", R::BareCarriageReturn},
      {"5;\x01\r\n", R::ChunkExtensionInvalid},
      {"5;\x7f\r\n", R::ChunkExtensionInvalid},
      {"2\r\nhi0\r\n", R::ChunkEndInvalid},
      {"2\r\nhix", R::ChunkEndInvalid},
      {"2\r\nhi\n", R::BareLineFeed},
      {"2\r\nhi\r0", R::BareCarriageReturn},
      {"0\r\n\n", R::BareLineFeed},
      {"0\r\n\rx", R::BareCarriageReturn},
      {"0\r\n a: b\r\n", R::TrailerInvalid},
      {"0\r\n: b\r\n", R::TrailerInvalid},
      {"0\r\na b: c\r\n", R::TrailerInvalid},
      {"0\r\nab\r\n", R::TrailerInvalid},
      {"0\r\na: \x01\r\n", R::TrailerInvalid},
      {"0\r\na: b\n", R::BareLineFeed},
      {"0\r\na\n", R::BareLineFeed},
      {"0\r\na: b\r\r\n", R::BareCarriageReturn},
      {"0\r\na: b\r\n c\r\n", R::TrailerInvalid},
  };
  for (const auto& [input, reason] : table) {
    const std::string body = input;
    const ReplyReason expected = reason;
    for_every_split(body, [&](const Pieces& pieces) {
      const FedBody fed = feed(pieces);
      ASSERT_EQ(fed.state, State::Error) << body;
      ASSERT_EQ(fed.error, expected) << body << reply_text(fed.error);
    });
  }
}

TEST(ChunkDecoder, BoundsASizeLine) {
  const std::string fill(base::kChunkLineBytesMax - 4, 'x');
  EXPECT_EQ(feed_whole("1;" + fill + "\r\nA\r\n1;" + fill + "\r\nB").payload, "AB");
  EXPECT_EQ(feed_whole("1;x" + fill + "\r\nA").error, R::ChunkLineTooLong);
  EXPECT_EQ(feed_whole(std::string(base::kChunkLineBytesMax + 1, '0')).error, R::ChunkLineTooLong);
}

// Each line is legal, and no limit of a body counts it.
TEST(ChunkDecoder, BoundsExtensionsOfAllChunksTogether) {
  const std::string extension(200, 'x');
  std::string chunks;
  for (int i = 0; i < 80; ++i) chunks += "1;" + extension + "\r\nA\r\n";
  EXPECT_EQ(feed_whole(chunks + "0\r\n\r\n").state, State::End);
  for (int i = 0; i < 20; ++i) chunks += "1;" + extension + "\r\nA\r\n";
  EXPECT_EQ(feed_whole(chunks).error, R::ChunkExtensionsTooLong);
}

TEST(ChunkDecoder, LetsPayloadPayForExtensions) {
  const std::string data(200, 'A');
  std::string chunks;
  for (int i = 0; i < 1000; ++i) chunks += "c8;" + std::string(200, 'x') + "\r\n" + data + "\r\n";
  EXPECT_EQ(feed_whole(chunks + "0\r\n\r\n").state, State::End);
}

TEST(ChunkDecoder, TakesAnyNumberOfTheSmallestChunks) {
  std::string chunks;
  for (int i = 0; i < 20'000; ++i) chunks += "1\r\nA\r\n";
  EXPECT_EQ(feed_whole(chunks + "0\r\n\r\n").state, State::End);
}

TEST(ChunkDecoder, KnowsWhetherThereWereTrailers) {
  const auto has_trailers = [](const std::string& body) {
    ChunkDecoder decoder;
    support::feed_body(decoder, support::cut(body, {}));
    return decoder.has_trailers();
  };
  EXPECT_FALSE(has_trailers("1\r\nA\r\n0\r\n\r\n"));
  EXPECT_TRUE(has_trailers("1\r\nA\r\n0\r\nb:\r\n\r\n"));
}

TEST(ChunkDecoder, BoundsTheTrailerSectionAsAWhole) {
  const std::string line = "a:" + std::string(60, 'x') + "\r\n";
  std::string trailers;
  while (trailers.size() + line.size() + 2 <= base::kTrailerBytesMax) trailers += line;
  const std::string body = "0\r\n" + trailers;
  const size_t room = base::kTrailerBytesMax - trailers.size() - 2;
  ASSERT_GT(room, 4u);
  const std::string last = "b:" + std::string(room - 4, 'y') + "\r\n";
  EXPECT_EQ(feed_whole(body + last + "\r\n").state, State::End);
  EXPECT_EQ(feed_whole(body + "b" + last + "\r\n").error, R::TrailerTooLarge);
}

}  // namespace
}  // namespace penstock::http::h1
