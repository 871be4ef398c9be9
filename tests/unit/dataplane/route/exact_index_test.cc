// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/exact_index.h"

#include <gtest/gtest.h>

namespace penstock::route {
namespace {

TEST(ExactIndex, NumbersTextsFromTheFirstKey) {
  const std::vector<std::string> texts = {"a.example", "b.example", "/"};
  const ExactIndex index(texts, 5);
  EXPECT_EQ(index.find("a.example"), 5u);
  EXPECT_EQ(index.find("b.example"), 6u);
  EXPECT_EQ(index.find("/"), 7u);
}

TEST(ExactIndex, FindsNoOtherText) {
  const std::vector<std::string> texts = {"a.example"};
  const ExactIndex index(texts, 1);
  for (const char* other : {"", "a.exampl", "a.example2", "A.example", "b.example"}) {
    EXPECT_EQ(index.find(other), std::nullopt) << other;
  }
}

TEST(ExactIndex, FindsNothingWhenItIsEmpty) {
  EXPECT_EQ(ExactIndex{}.find("a"), std::nullopt);
  EXPECT_EQ(ExactIndex{}.find(""), std::nullopt);
}

TEST(ExactIndex, HoldsTenThousandTexts) {
  std::vector<std::string> texts;
  for (int i = 0; i < 10'000; ++i) texts.push_back("host" + std::to_string(i) + ".example");
  const ExactIndex index(texts, 1);
  for (uint32_t i = 0; i < texts.size(); ++i) ASSERT_EQ(index.find(texts[i]), i + 1);
  EXPECT_EQ(index.find("host10000.example"), std::nullopt);
}

}  // namespace
}  // namespace penstock::route
