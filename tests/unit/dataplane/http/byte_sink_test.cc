// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/byte_sink.h"

#include <gtest/gtest.h>

#include <array>

namespace penstock::http {
namespace {

TEST(SpanSink, AppendsUpToItsLastByte) {
  std::array<uint8_t, 5> room;
  SpanSink sink(room);
  sink.append("abc");
  sink.append("");
  sink.append("de");
  EXPECT_EQ(sink.text(), "abcde");
  EXPECT_FALSE(sink.overflowed());
}

TEST(SpanSink, TakesNothingMoreAfterAPieceThatDidNotFit) {
  std::array<uint8_t, 5> room;
  SpanSink sink(room);
  sink.append("abcd");
  sink.append("ef");
  sink.append("g");
  EXPECT_TRUE(sink.overflowed());
  EXPECT_EQ(sink.text(), "abcd");
}

}  // namespace
}  // namespace penstock::http
