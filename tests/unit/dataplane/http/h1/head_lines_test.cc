// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/head_lines.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::http::h1 {
namespace {

constexpr LineLimit kLimit{10, ReplyReason::FieldTooLong, 24};

LineCursor::Step next(LineCursor& cursor, const std::string& received) {
  return cursor.next(base::as_bytes(received), kLimit);
}

TEST(LineCursor, ReturnsLinesWithoutTheirEnds) {
  const std::string text = "ab\r\n\r\nc";
  LineCursor cursor;
  auto step = next(cursor, text);
  EXPECT_EQ(view(step.line, base::as_bytes(text)), "ab");
  step = next(cursor, text);
  EXPECT_EQ(step.state, LineCursor::State::Line);
  EXPECT_TRUE(step.line.empty());
  EXPECT_EQ(cursor.position(), 6u);
  EXPECT_EQ(next(cursor, text).state, LineCursor::State::NeedMore);
}

TEST(LineCursor, RefusesALineFeedWithoutItsCarriageReturn) {
  LineCursor first;
  EXPECT_EQ(next(first, "\n").error, ReplyReason::BareLineFeed);
  LineCursor second;
  EXPECT_EQ(next(second, "ab\n").error, ReplyReason::BareLineFeed);
  // The CR of the line before is not this line's.
  LineCursor third;
  EXPECT_EQ(next(third, "a\r\n\n").state, LineCursor::State::Line);
  EXPECT_EQ(next(third, "a\r\n\n").error, ReplyReason::BareLineFeed);
}

TEST(LineCursor, TakesALineOfExactlyTheLimitAndNoneBeyond) {
  LineCursor exact;
  EXPECT_EQ(next(exact, "12345678\r\n").state, LineCursor::State::Line);
  LineCursor beyond;
  EXPECT_EQ(next(beyond, "123456789\r\n").error, ReplyReason::FieldTooLong);
  LineCursor without_end;
  EXPECT_EQ(next(without_end, "123456789").state, LineCursor::State::NeedMore);
  EXPECT_EQ(next(without_end, "1234567890").error, ReplyReason::FieldTooLong);
}

TEST(LineCursor, NamesTheBoundThatComesFirst) {
  const std::string two_lines = "12345678\r\n12345678\r\n";
  LineCursor cursor;
  EXPECT_EQ(next(cursor, two_lines).state, LineCursor::State::Line);
  EXPECT_EQ(next(cursor, two_lines).state, LineCursor::State::Line);
  EXPECT_EQ(next(cursor, two_lines + "123").state, LineCursor::State::NeedMore);
  EXPECT_EQ(next(cursor, two_lines + "1234567890").error, ReplyReason::HeadTooLarge);
}

std::string added(const std::string& line) {
  FieldTable fields;
  const base::ByteSpan bytes = base::as_bytes(line);
  const auto refusal = add_field_line({0, static_cast<uint32_t>(line.size())}, bytes, fields);
  if (refusal != ReplyReason::None) return std::string(reply_text(refusal));
  return std::string(view(fields.begin()->name, bytes)) + "=" +
         std::string(view(fields.begin()->value, bytes));
}

TEST(FieldLine, TrimsWhiteSpaceAroundTheValueOnly) {
  EXPECT_EQ(added("a:b"), "a=b");
  EXPECT_EQ(added("a: \t b c\t "), "a=b c");
  EXPECT_EQ(added("a:"), "a=");
  EXPECT_EQ(added("a: "), "a=");
  EXPECT_EQ(added("a:b:c"), "a=b:c");
}

TEST(FieldLine, RefusesWhatIsNoField) {
  EXPECT_EQ(added(" a: b"), "field_folded");
  EXPECT_EQ(added("\ta"), "field_folded");
  EXPECT_EQ(added("a : b"), "field_name_invalid");
  EXPECT_EQ(added(": b"), "field_name_invalid");
  EXPECT_EQ(added("ab"), "field_name_invalid");
}

// Values are checked eight bytes at a time: every byte at every place in words and in the rest.
TEST(FieldLine, FindsEachIllegalByteAtEachPlaceOfAValue) {
  for (size_t size = 1; size <= 20; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (unsigned c = 0; c < 256; ++c) {
        if (c == ' ' || c == '\t') continue;
        std::string value(size, 'v');
        value[at] = static_cast<char>(c);
        const bool legal = c >= 0x20 && c != 0x7f;
        const char* refusal = c == '\r' ? "bare_carriage_return" : "field_value_invalid";
        ASSERT_EQ(added("a:" + value), legal ? "a=" + value : refusal) << c << " at " << at;
      }
    }
  }
}

TEST(FieldLine, FindsAnIllegalByteBehindATab) {
  EXPECT_EQ(added("a:1\t345678\x01"), "field_value_invalid");
  EXPECT_EQ(added("a:1\t3456\x7f"
                  "8"),
            "field_value_invalid");
  EXPECT_EQ(added("a:1\t345678\t0123456789"), "a=1\t345678\t0123456789");
}

}  // namespace
}  // namespace penstock::http::h1
