// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/head_reader.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/eal_environment.h"
#include "tests/support/every_split.h"
#include "tests/support/slices.h"

namespace penstock::proxy {
namespace {

using State = http::ParseStep::State;

struct Reader {
  nic::PacketPool pool = testing::make_test_pool({.buffers = 4095, .references = 1023});
  nic::SliceQueue received;
  http::HeadProgress progress;
  std::vector<uint8_t> room = std::vector<uint8_t>(kGatherBytes);
  http::RequestHead head;

  HeadRead read() { return HeadReader(http::Codec(), room).read(received, progress, head); }
  HeadRead arrive(std::string_view text) {
    received.push_back(testing::make_slice(pool, text));
    return read();
  }
};

constexpr std::string_view kRequest = "GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n";

TEST(HeadReader, ParsesAHeadInPlaceWhenItLiesInOneSlice) {
  Reader reader;
  const HeadRead read = reader.arrive(std::string(kRequest) + "POST /next");
  ASSERT_EQ(read.step.state, State::Complete);
  EXPECT_EQ(read.bytes.data(), reader.received.front().data());
  EXPECT_EQ(reader.head.head_bytes, kRequest.size());
}

TEST(HeadReader, GivesTheSameAnswerForEverySplit) {
  support::for_every_split(kRequest, [](const support::Pieces& pieces) {
    Reader reader;
    for (size_t i = 0; i < pieces.size(); ++i) {
      const HeadRead read = reader.arrive(base::as_text(pieces[i]));
      if (i + 1 < pieces.size()) {
        ASSERT_EQ(read.step.state, State::NeedMore);
        continue;
      }
      ASSERT_EQ(read.step.state, State::Complete);
      ASSERT_EQ(http::view(reader.head.path, read.bytes), "/a");
      ASSERT_EQ(http::view(reader.head.authority, read.bytes), "shop.example");
      ASSERT_EQ(reader.head.head_bytes, kRequest.size());
    }
  });
}

TEST(HeadReader, LeavesWhatFollowsTheHeadAlone) {
  Reader reader;
  EXPECT_EQ(reader.arrive("GET /a HTTP/1.1\r\nHost: a").step.state, State::NeedMore);
  const HeadRead read = reader.arrive("\r\n\r\nGET /b HTTP/1.1\r\n");
  ASSERT_EQ(read.step.state, State::Complete);
  EXPECT_EQ(reader.head.head_bytes, 28u);
  EXPECT_EQ(reader.received.bytes(), 28u + 17u);
}

TEST(HeadReader, SeesTheBytesThatATailSliceGrewBy) {
  Reader reader;
  reader.arrive("GET /a HTTP/1.1\r\n");
  nic::Slice tail = testing::make_slice(reader.pool, "Host: ");
  reader.received.push_back(std::move(tail));
  EXPECT_EQ(reader.read().step.state, State::NeedMore);
  nic::Slice last = testing::make_slice(reader.pool, "a\r\n\r\n");
  reader.received.push_back(std::move(last));
  EXPECT_EQ(reader.read().step.state, State::Complete);
}

TEST(HeadReader, NamesABareLineFeedWithoutWaitingForTheEnd) {
  Reader reader;
  EXPECT_EQ(reader.arrive("GET /a HTTP/1.1\r").step.state, State::NeedMore);
  const HeadRead read = reader.arrive("\nHost: a\nX: y");
  EXPECT_EQ(read.step.state, State::Error);
  EXPECT_EQ(read.step.error, http::ReplyReason::BareLineFeed);
}

TEST(HeadReader, RefusesAHeadBeyondItsLimit) {
  Reader reader;
  HeadRead read = reader.arrive("GET /a HTTP/1.1\r\nHost: a\r\n");
  const std::string line = "X: " + std::string(1000, 'x') + "\r\n";
  for (int i = 0; i < 100 && read.step.state == State::NeedMore; ++i) read = reader.arrive(line);
  EXPECT_EQ(read.step.state, State::Error);
  EXPECT_EQ(http::reply_status(read.step.error), 431);
}

}  // namespace
}  // namespace penstock::proxy
