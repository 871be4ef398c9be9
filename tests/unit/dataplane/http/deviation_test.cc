// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/deviation.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::http {
namespace {

TEST(Deviation, HasAUniqueSnakeCaseText) {
  std::set<std::string_view> seen;
  for (const DeviationEntry& entry : kDeviations) {
    EXPECT_TRUE(seen.insert(entry.text).second) << entry.text;
    EXPECT_EQ(entry.text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos);
  }
}

TEST(Deviation, IsRefusedAsTheClientsFault) {
  for (const DeviationEntry& entry : kDeviations) {
    EXPECT_EQ(reply_status(entry.refusal) / 100, 4) << entry.text;
  }
}

TEST(Deviations, AreVisitedInTheOrderOfTheTable) {
  Deviations found;
  EXPECT_FALSE(found.any());
  found.add(Deviation::FieldEmpty);
  found.add(Deviation::BodyUnexpected);
  found.add(Deviation::FieldEmpty);
  std::vector<std::string_view> texts;
  found.for_each([&](Deviation deviation) { texts.push_back(entry_of(deviation).text); });
  EXPECT_EQ(texts, (std::vector<std::string_view>{"body_unexpected", "field_empty"}));
  EXPECT_TRUE(found.has(Deviation::FieldEmpty));
  EXPECT_FALSE(found.has(Deviation::HostAbsent));
}

}  // namespace
}  // namespace penstock::http
