// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/text_index.h"

#include <gtest/gtest.h>

#include <string>

#include "dataplane/route/element_walk.h"

namespace penstock::route {
namespace {

TEST(TextIndex, NumbersTextsFromTheFirstKeyInTheOrderOfTheSet) {
  const TextIndex index({"b.example", "a.example", ""}, 5);
  EXPECT_EQ(index.find(""), 5u);
  EXPECT_EQ(index.find("a.example"), 6u);
  EXPECT_EQ(index.find("b.example"), 7u);
}

TEST(TextIndex, FindsNoOtherText) {
  const TextIndex index({"a.example"}, 1);
  for (const char* other : {"", "a.exampl", "a.example2", "A.example", "b.example"}) {
    EXPECT_EQ(index.find(other), kAnyKey) << other;
  }
}

TEST(TextIndex, ComparesTextsAndNotTheirHashesAlone) {
  const TextIndex index({"a.example"}, 1);
  EXPECT_EQ(index.find("b.example", text_hash("a.example")), kAnyKey);
}

TEST(TextIndex, FindsNothingWhenItIsEmpty) {
  EXPECT_TRUE(TextIndex{}.empty());
  EXPECT_EQ(TextIndex{}.find("a"), kAnyKey);
  EXPECT_EQ(TextIndex{}.find(""), kAnyKey);
  EXPECT_TRUE(TextIndex(TextSet{}, 1).empty());
}

TEST(TextIndex, HoldsAsManyTextsAsThereAreRulesInShortRuns) {
  for (const std::string before : {"host", "/api/v1/resource", "/"}) {
    TextSet texts;
    for (int i = 0; i < 16'384; ++i) texts.insert(before + std::to_string(i));
    const TextIndex index(texts, 1);
    uint32_t key = 0;
    for (const std::string& text : texts) ASSERT_EQ(index.find(text), ++key);
    EXPECT_EQ(index.find(before + "16384"), kAnyKey);
    EXPECT_LE(index.longest_run(), TextIndex::kRunMax) << before;
  }
}

}  // namespace
}  // namespace penstock::route
