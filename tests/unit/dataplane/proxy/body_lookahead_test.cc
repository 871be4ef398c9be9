// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/body_lookahead.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/eal_environment.h"
#include "tests/support/every_split.h"
#include "tests/support/slices.h"

namespace penstock::proxy {
namespace {

using Verdict = BodyLookahead::Verdict;
using http::Framing;

class Lookahead : public ::testing::Test {
 protected:
  // What is said after each piece; the last verdict is returned.
  Verdict look_at(const std::string& body, Framing framing, const std::string& head = "") {
    Verdict last = Verdict::Incomplete;
    support::for_every_split(body, [&](const support::Pieces& pieces) {
      nic::SliceQueue received;
      if (!head.empty()) received.push_back(testing::make_slice(pool_, head));
      BodyLookahead lookahead(framing);
      for (const support::Piece& piece : pieces) {
        EXPECT_NE(last = lookahead.look(received, static_cast<uint32_t>(head.size())),
                  Verdict::Complete);
        received.push_back(testing::make_slice(
            pool_, std::string_view(reinterpret_cast<const char*>(piece.data()), piece.size())));
      }
      last = lookahead.look(received, static_cast<uint32_t>(head.size()));
    });
    return last;
  }

  nic::PacketPool pool_ = testing::make_test_pool({.buffers = 4095, .references = 1023});
};

TEST_F(Lookahead, FindsTheEndOfALength) {
  EXPECT_EQ(look_at("hello", {Framing::Kind::Length, 5}), Verdict::Complete);
  EXPECT_EQ(look_at("hell", {Framing::Kind::Length, 5}), Verdict::Incomplete);
}

TEST_F(Lookahead, FindsTheEndOfChunks) {
  EXPECT_EQ(look_at("5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\n", {Framing::Kind::Chunked, 0}),
            Verdict::Complete);
  EXPECT_EQ(look_at("5\r\nhello\r\n0\r\n\r", {Framing::Kind::Chunked, 0}), Verdict::Incomplete);
}

TEST_F(Lookahead, BeginsBehindTheHead) {
  EXPECT_EQ(look_at("hello", {Framing::Kind::Length, 5}, "HTTP/1.1 200 OK\r\n\r\n"),
            Verdict::Complete);
}

TEST_F(Lookahead, SaysWhenABodyIsMalformed) {
  EXPECT_EQ(look_at("5\r\nhelloX", {Framing::Kind::Chunked, 0}), Verdict::Malformed);
}

TEST_F(Lookahead, TakesACloseForTheEndOnlyWhereItIsOne) {
  nic::SliceQueue received;
  received.push_back(testing::make_slice(pool_, "hello"));
  BodyLookahead until_close({Framing::Kind::UntilClose, 0});
  EXPECT_EQ(until_close.look(received, 0), Verdict::Incomplete);
  EXPECT_EQ(until_close.on_source_closed(), Verdict::Complete);
  BodyLookahead length({Framing::Kind::Length, 6});
  EXPECT_EQ(length.look(received, 0), Verdict::Incomplete);
  EXPECT_EQ(length.on_source_closed(), Verdict::Incomplete);
}

}  // namespace
}  // namespace penstock::proxy
