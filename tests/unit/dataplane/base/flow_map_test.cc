// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/flow_map.h"

#include <gtest/gtest.h>

#include <map>

#include "dataplane/base/random.h"

namespace penstock::base {
namespace {

uint32_t find(const FlowMap& map, uint32_t hash, uint32_t wanted) {
  return map.find(hash, [&](uint32_t index) { return index == wanted; });
}

TEST(FlowMap, FindsWhatWasInserted) {
  FlowMap map(8);
  map.insert(77, 3);
  EXPECT_EQ(find(map, 77, 3), 3u);
  EXPECT_EQ(find(map, 77, 4), FlowMap::kNone);
  EXPECT_EQ(find(map, 78, 3), FlowMap::kNone);
}

TEST(FlowMap, TellsEntriesWithTheSameHashApart) {
  FlowMap map(8);
  for (uint32_t i = 0; i < 8; ++i) map.insert(5, i);
  map.erase(5, 3);
  for (uint32_t i = 0; i < 8; ++i) EXPECT_EQ(find(map, 5, i), i == 3 ? FlowMap::kNone : i);
}

TEST(FlowMap, ClosesTheHoleOfARunThatWrapsRound) {
  FlowMap map(4);  // eight slots
  for (uint32_t i = 0; i < 4; ++i) map.insert(7, i);
  map.erase(7, 0);
  for (uint32_t i = 1; i < 4; ++i) EXPECT_EQ(find(map, 7, i), i);
}

TEST(FlowMap, RenamesAnEntryInPlace) {
  FlowMap map(4);
  map.insert(7, 1);
  map.replace(7, 1, 9);
  EXPECT_EQ(find(map, 7, 9), 9u);
  EXPECT_EQ(map.size(), 1u);
}

TEST(FlowMap, AgreesWithAMapUnderChurn) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    FlowMap map(64);
    std::map<uint32_t, uint32_t> model;  // index to hash
    for (int step = 0; step < 5000; ++step) {
      const auto index = static_cast<uint32_t>(random.below(100));
      if (model.contains(index)) {
        map.erase(model[index], index);
        model.erase(index);
      } else if (model.size() < 64) {
        // Few different hashes, many of them at the end of the table.
        const auto hash = static_cast<uint32_t>(random.below(40) + 110);
        map.insert(hash, index);
        model[index] = hash;
      }
      ASSERT_EQ(map.size(), model.size());
      for (const auto& [i, hash] : model) ASSERT_EQ(find(map, hash, i), i) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace penstock::base
