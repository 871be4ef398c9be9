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

  http::HeadLimits limits = http::kRequestHeadLimits;

  HeadRead read() { return HeadReader(http::Codec(), limits, room).read(received, progress, head); }
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

// --- Limits smaller than those that are built in.

class LimitedHead : public ::testing::Test {
 protected:
  struct Refusal {
    http::ReplyReason reason = http::ReplyReason::None;
    size_t bytes = 0;  // that had come
  };

  LimitedHead() {
    reader_.limits = {.first_line_bytes = 300, .field_line_bytes = 400, .head_bytes = 1000};
  }

  // The answer to a head that comes in these slices.
  Refusal refusal_of(const std::vector<std::string>& slices) {
    reader_.received.clear();
    reader_.progress.reset();
    Refusal refusal;
    for (const std::string& slice : slices) {
      const HeadRead read = reader_.arrive(slice);
      refusal.bytes += slice.size();
      refusal.reason = read.step.error;
      if (read.step.state != State::NeedMore) break;
    }
    return refusal;
  }
  // The same reason, wherever the head is cut in two.
  void expect_for_every_cut(const std::string& head, http::ReplyReason reason) {
    for (size_t at = 1; at < head.size(); ++at) {
      ASSERT_EQ(refusal_of({head.substr(0, at), head.substr(at)}).reason, reason) << at;
    }
  }

  Reader reader_;
};

std::vector<std::string> in_bytes(const std::string& text) {
  std::vector<std::string> bytes;
  for (const char c : text) bytes.emplace_back(1, c);
  return bytes;
}

TEST_F(LimitedHead, WhoseRequestLineHasNoEndIsRefusedAtTheLimitOfALine) {
  const std::string line = "GET /" + std::string(295, 'a');
  expect_for_every_cut(line, http::ReplyReason::TargetTooLong);
  const Refusal refusal = refusal_of(in_bytes(line + std::string(1000, 'a')));
  EXPECT_EQ(refusal.reason, http::ReplyReason::TargetTooLong);
  EXPECT_EQ(refusal.bytes, 300u);
}

TEST_F(LimitedHead, WhoseFieldLineHasNoEndIsRefusedAtTheLimitOfALine) {
  const std::string line = "GET / HTTP/1.1\r\n";
  const std::string head = line + "X:" + std::string(398, 'a');
  expect_for_every_cut(head, http::ReplyReason::FieldTooLong);
  const Refusal refusal = refusal_of(in_bytes(head + std::string(1000, 'a')));
  EXPECT_EQ(refusal.reason, http::ReplyReason::FieldTooLong);
  EXPECT_EQ(refusal.bytes, line.size() + 400);
}

TEST_F(LimitedHead, WithALineThatIsTooLongIsRefusedBeforeItsEnd) {
  expect_for_every_cut("GET /" + std::string(300, 'a') + " HTTP/1.1\r\n",
                       http::ReplyReason::TargetTooLong);
  expect_for_every_cut("GET / HTTP/1.1\r\nX: " + std::string(400, 'a') + "\r\n",
                       http::ReplyReason::FieldTooLong);
}

TEST_F(LimitedHead, WithLinesAsLongAsTheyMayBeIsTaken) {
  const std::string head = "GET /" + std::string(300 - 16, 'a') +
                           " HTTP/1.1\r\nHost: a\r\nX:" + std::string(400 - 4, 'a') + "\r\n\r\n";
  expect_for_every_cut(head, http::ReplyReason::None);
  EXPECT_EQ(refusal_of(in_bytes(head)).bytes, head.size());
}

// Whatever is wrong first in the order of the bytes is named, as if all had come at once.
TEST_F(LimitedHead, IsRefusedForItsFirstFaultThoughALaterLineIsTooLong) {
  expect_for_every_cut("GET / HTTP/1.1\r\n wrong\r\nX:" + std::string(500, 'a'),
                       http::ReplyReason::FieldFolded);
}

TEST_F(LimitedHead, WithoutAnEndIsRefusedAtItsOwnLimit) {
  std::string head = "GET / HTTP/1.1\r\n";
  while (head.size() < 1200) head += "X: " + std::string(50, 'y') + "\r\n";
  expect_for_every_cut(head, http::ReplyReason::HeadTooLarge);
  const Refusal refusal = refusal_of(in_bytes(head));
  EXPECT_EQ(refusal.reason, http::ReplyReason::HeadTooLarge);
  EXPECT_EQ(refusal.bytes, 1000u);
}

}  // namespace
}  // namespace penstock::proxy
