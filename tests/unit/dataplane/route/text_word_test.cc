// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/text_word.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace penstock::route {
namespace {

std::string bytes_of(uint64_t word) {
  std::string bytes(kWordBytes, '\0');
  std::memcpy(bytes.data(), &word, kWordBytes);
  return bytes;
}

// Every byte value at every place of a word, among others that must not matter.
template <class Check>
void with_each_byte_at_each_place(Check check) {
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t place = 0; place < kWordBytes; ++place) {
      for (const char other : {'/', '.', 'a', 'Z', '\0', '\xff'}) {
        std::string bytes(kWordBytes, other);
        bytes[place] = static_cast<char>(byte);
        check(bytes);
      }
    }
  }
}

TEST(TextWord, HasTheFirstByteInItsLowestBits) {
  EXPECT_EQ(load_word("abcdefghi", 9), 0x6867666564636261u);
}

TEST(TextWord, IsZeroBeyondTheText) {
  const std::string_view text = "abcdefgh";
  for (size_t count = 0; count <= text.size(); ++count) {
    // On the heap, so that a byte read beyond it is found.
    const auto copy = std::make_unique<char[]>(count);
    std::copy_n(text.begin(), count, copy.get());
    const std::string expected =
        std::string(text.substr(0, count)) + std::string(kWordBytes - count, '\0');
    EXPECT_EQ(bytes_of(load_word(copy.get(), count)), expected) << count;
  }
}

TEST(TextWord, KeepsItsFirstBytes) {
  EXPECT_EQ(first_bytes(0x6867666564636261u, 1), 0x61u);
  EXPECT_EQ(first_bytes(0x6867666564636261u, 7), 0x67666564636261u);
  EXPECT_EQ(first_bytes(0x6867666564636261u, 8), 0x6867666564636261u);
}

TEST(TextWord, MarksJustTheBytesThatAreEqual) {
  with_each_byte_at_each_place([](const std::string& bytes) {
    std::string expected;
    for (const char c : bytes) expected += c == '/' ? '\x80' : '\0';
    ASSERT_EQ(bytes_of(bytes_equal_to(load_word(bytes.data(), kWordBytes), '/')), expected);
  });
}

TEST(TextWord, FoldsTheCapitalsOfAsciiAlone) {
  with_each_byte_at_each_place([](const std::string& bytes) {
    std::string expected;
    for (const char c : bytes) expected += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    ASSERT_EQ(bytes_of(lower_case(load_word(bytes.data(), kWordBytes))), expected);
  });
}

}  // namespace
}  // namespace penstock::route
