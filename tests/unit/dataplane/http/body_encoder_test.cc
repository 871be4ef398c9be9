// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/body_encoder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace penstock::http {
namespace {

using Kind = Framing::Kind;

// A body of these pieces as it leaves.
std::string encoded(Kind kind, const std::vector<std::string>& pieces) {
  BodyEncoder encoder(kind);
  std::string text;
  for (const std::string& piece : pieces) {
    text += encoder.before_piece(piece.size()).text();
    text += piece;
    encoder.on_piece();
  }
  return text.append(encoder.at_end().text());
}

TEST(BodyEncoder, AddsNothingToABodyThatItsLengthOrTheCloseDelimits) {
  for (const Kind kind : {Kind::None, Kind::Length, Kind::UntilClose}) {
    EXPECT_EQ(encoded(kind, {"hello ", "world"}), "hello world");
    EXPECT_FALSE(BodyEncoder(kind).marks_end());
    EXPECT_EQ(BodyEncoder(kind).kind(), kind);
  }
  EXPECT_FALSE(BodyEncoder().marks_end());
}

TEST(BodyEncoder, MakesAChunkOfEachPiece) {
  EXPECT_EQ(encoded(Kind::Chunked, {"hello", std::string(26, 'x')}),
            "5\r\nhello\r\n1a\r\n" + std::string(26, 'x') + "\r\n0\r\n\r\n");
}

TEST(BodyEncoder, EndsAnEmptyBodyInChunks) {
  EXPECT_EQ(encoded(Kind::Chunked, {}), "0\r\n\r\n");
  EXPECT_TRUE(BodyEncoder(Kind::Chunked).marks_end());
}

TEST(BodyEncoder, SaysTheSameAgainUntilThePieceHasBeenWritten) {
  BodyEncoder encoder(Kind::Chunked);
  EXPECT_EQ(encoder.before_piece(1).text(), "1\r\n");
  EXPECT_EQ(encoder.before_piece(2).text(), "2\r\n");
  encoder.on_piece();
  EXPECT_EQ(encoder.before_piece(3).text(), "\r\n3\r\n");
  EXPECT_EQ(encoder.at_end().text(), "\r\n0\r\n\r\n");
  EXPECT_EQ(encoder.at_end().text(), "\r\n0\r\n\r\n");
}

TEST(BodyEncoder, HasRoomForTheLargestChunk) {
  BodyEncoder encoder(Kind::Chunked);
  encoder.on_piece();
  EXPECT_EQ(encoder.before_piece(UINT64_MAX).text(), "\r\nffffffffffffffff\r\n");
}

}  // namespace
}  // namespace penstock::http
