// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/tcp_options.h"

#include <gtest/gtest.h>

#include <vector>

#include "dataplane/base/random.h"
#include "dataplane/wire/tcp_header.h"

namespace penstock::wire {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes emitted(const TcpOptions& options) {
  Bytes bytes(tcp_options_bytes(options));
  emit_tcp_options(options, bytes);
  return bytes;
}

TEST(TcpOptions, ParsesWhatLinuxSendsOnASyn) {
  const TcpOptions options =
      parse_tcp_options(Bytes{2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9, 1, 3, 3, 7});
  EXPECT_EQ(options.mss, 1460);
  EXPECT_TRUE(options.sack_permitted);
  EXPECT_EQ(options.timestamps, (TcpTimestamps{7, 9}));
  EXPECT_EQ(options.window_scale, 7);
}

TEST(TcpOptions, ParsesWhatItEmits) {
  TcpOptions options;
  options.mss = 1400;
  options.window_scale = 5;
  options.sack_permitted = true;
  options.timestamps = TcpTimestamps{0x01020304, 0x05060708};
  const TcpOptions parsed = parse_tcp_options(emitted(options));
  EXPECT_EQ(parsed.mss, options.mss);
  EXPECT_EQ(parsed.window_scale, options.window_scale);
  EXPECT_TRUE(parsed.sack_permitted);
  EXPECT_EQ(parsed.timestamps, options.timestamps);
  EXPECT_EQ(parsed.sack_blocks_count, 0);
}

TEST(TcpOptions, CarriesFourSackBlocks) {
  TcpOptions options;
  for (uint32_t i = 0; i < 4; ++i) options.sack_blocks[i] = {i * 100, i * 100 + 50};
  options.sack_blocks_count = 4;
  EXPECT_LE(tcp_options_bytes(options), kTcpOptionBytesMax);
  const TcpOptions parsed = parse_tcp_options(emitted(options));
  EXPECT_EQ(parsed.sack_blocks_count, 4);
  EXPECT_EQ(parsed.sack_blocks, options.sack_blocks);
}

TEST(TcpOptions, KeepsTheHeaderAMultipleOfFour) {
  TcpOptions options;
  EXPECT_EQ(tcp_options_bytes(options), 0u);
  options.window_scale = 1;
  EXPECT_EQ(tcp_options_bytes(options) % 4, 0u);
  options.sack_permitted = true;
  EXPECT_EQ(tcp_options_bytes(options) % 4, 0u);
}

TEST(TcpOptions, SkipsUnknownOptions) {
  EXPECT_EQ(parse_tcp_options(Bytes{253, 4, 1, 2, 2, 4, 1, 0}).mss, 256);
}

TEST(TcpOptions, StopsAtTheEndOfTheList) {
  EXPECT_FALSE(parse_tcp_options(Bytes{0, 2, 4, 1, 0}).mss);
}

TEST(TcpOptions, StopsAtALengthBelowTwo) {
  for (const uint8_t length : {uint8_t{0}, uint8_t{1}}) {
    EXPECT_FALSE(parse_tcp_options(Bytes{253, length, 2, 4, 1, 0}).mss) << +length;
  }
}

TEST(TcpOptions, KeepsWhatStoodBeforeALengthBeyondTheEnd) {
  const TcpOptions options = parse_tcp_options(Bytes{2, 4, 1, 0, 8, 10, 0, 0});
  EXPECT_EQ(options.mss, 256);
  EXPECT_FALSE(options.timestamps);
}

TEST(TcpOptions, SkipsAKnownOptionOfTheWrongLength) {
  const TcpOptions options = parse_tcp_options(Bytes{2, 3, 1, 3, 3, 7});
  EXPECT_FALSE(options.mss);
  EXPECT_EQ(options.window_scale, 7);
}

TEST(TcpOptions, TakesNoSackBlockThatIsCutShort) {
  EXPECT_EQ(parse_tcp_options(Bytes{5, 6, 0, 0, 0, 1}).sack_blocks_count, 0);
}

TEST(TcpOptions, SurvivesEveryTruncation) {
  TcpOptions options;
  options.mss = 1400;
  options.timestamps = TcpTimestamps{1, 2};
  options.sack_blocks_count = 2;
  const Bytes bytes = emitted(options);
  for (size_t length = 0; length <= bytes.size(); ++length) {
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<int64_t>(length));
    const TcpOptions parsed = parse_tcp_options(cut);
    EXPECT_EQ(parsed.mss.has_value(), length >= 4) << length;
  }
}

TEST(TcpOptions, SurvivesRandomBytes) {
  base::Random random(42);
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes(random.below(kTcpOptionBytesMax + 1));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.below(12));
    EXPECT_LE(parse_tcp_options(bytes).sack_blocks_count, TcpOptions::kSackBlocksMax);
  }
}

}  // namespace
}  // namespace penstock::wire
