// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/bucket_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::route {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Entry entry(uint32_t host_key, uint32_t path_key) {
  return {.rule = 0, .host_item = 0, .host_key = host_key, .path_key = path_key};
}

TEST(BucketIndex, ListsTheRanksOfAPairOfKeysInOrder) {
  const std::vector<Entry> entries = {entry(1, 2), entry(0, 0), entry(1, 2), entry(2, 1),
                                      entry(1, 2)};
  const BucketIndex index(entries);
  EXPECT_THAT(index.find(1, 2), ElementsAre(0u, 2u, 4u));
  EXPECT_THAT(index.find(2, 1), ElementsAre(3u));
  EXPECT_THAT(index.find(0, 0), ElementsAre(1u));
}

TEST(BucketIndex, FindsNothingForOtherPairs) {
  const BucketIndex index(std::vector<Entry>{entry(1, 2)});
  EXPECT_THAT(index.find(1, 0), IsEmpty());
  EXPECT_THAT(index.find(2, 1), IsEmpty());
  EXPECT_THAT(BucketIndex{}.find(0, 0), IsEmpty());
}

TEST(BucketIndex, KeepsManyPairsApart) {
  std::vector<Entry> entries;
  for (uint32_t i = 0; i < 10'000; ++i) entries.push_back(entry(i / 100, i % 100));
  const BucketIndex index(entries);
  for (uint32_t i = 0; i < entries.size(); ++i) {
    ASSERT_THAT(index.find(i / 100, i % 100), ElementsAre(i));
  }
}

}  // namespace
}  // namespace penstock::route
