// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/byte_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::http {
namespace {

template <class IsFound>
size_t walked(std::string_view text, size_t at, IsFound&& is_found) {
  while (at < text.size() && !is_found(static_cast<uint8_t>(text[at]))) ++at;
  return at;
}

// Every byte at every place of runs of every length around the width of a load, from every start.
// The runs lie at the very end of their memory, so that AddressSanitizer sees a byte too many.
template <class Scan, class IsFound>
void agrees_with_a_walk(char harmless, Scan&& scan, IsFound&& is_found) {
  for (size_t size = 0; size <= 50; ++size) {
    const std::string clean(size, harmless);
    for (size_t at = 0; at <= size; at += 7) EXPECT_EQ(scan(clean, at), size);
    for (size_t place = 0; place < size; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        const std::string run =
            clean.substr(0, place) + static_cast<char>(byte) + clean.substr(place + 1);
        for (const size_t at : {size_t{0}, place / 2, place, place + 1}) {
          ASSERT_EQ(scan(run, at), walked(run, at, is_found))
              << "size " << size << " place " << place << " byte " << byte << " from " << at;
        }
      }
    }
  }
}

TEST(ByteScan, FindsTheEndOfAValueAsAWalkDoes) {
  agrees_with_a_walk(
      'v', [](std::string_view text, size_t at) { return value_end(text, at); },
      [](uint8_t byte) { return !is_in(kValueChar, byte); });
}

TEST(ByteScan, FindsTheEndOfATokenAsAWalkDoes) {
  agrees_with_a_walk(
      't', [](std::string_view text, size_t at) { return class_end<kTokenChar>(text, at); },
      [](uint8_t byte) { return !is_in(kTokenChar, byte); });
}

TEST(ByteScan, FindsTheEndOfATargetAsAWalkDoes) {
  agrees_with_a_walk(
      '/', [](std::string_view text, size_t at) { return class_end<kTargetChar>(text, at); },
      [](uint8_t byte) { return !is_in(kTargetChar, byte); });
}

TEST(ByteScan, FindsALineFeedAsAWalkDoes) {
  agrees_with_a_walk(
      '\r', [](std::string_view text, size_t at) { return line_feed_position(text, at); },
      [](uint8_t byte) { return byte == '\n'; });
}

TEST(ByteScan, FindsTheFirstOfMany) {
  EXPECT_EQ(value_end("a long enough value\x01 and another\x02 and so on, and on"), 19u);
  EXPECT_EQ(line_feed_position("one\ntwo\nthree\nfour\nfive\n", 4), 7u);
}

}  // namespace
}  // namespace penstock::http
