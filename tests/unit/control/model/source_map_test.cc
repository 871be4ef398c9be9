// SPDX-License-Identifier: Apache-2.0
#include "control/model/source_map.h"

#include <gtest/gtest.h>

namespace penstock::model {
namespace {

SourceMap some_places() {
  SourceMap map(Location{"a.cfg", 1});
  map.add("rules", {"a.cfg", 3});
  map.add("rules[0]", {"a.cfg", 4});
  map.add("rules[0].path", {"b.cfg", 5});
  return map;
}

TEST(SourceMap, FindsWhatWasWritten) {
  EXPECT_EQ(some_places().find("rules[0].path"), (Location{"b.cfg", 5}));
}

TEST(SourceMap, FindsTheGroupAroundAMissingKey) {
  EXPECT_EQ(some_places().find("rules[0].hosts[2]"), (Location{"a.cfg", 4}));
}

TEST(SourceMap, FindsTheListAroundAMissingElement) {
  EXPECT_EQ(some_places().find("rules[1].path"), (Location{"a.cfg", 3}));
}

TEST(SourceMap, FindsTheWholeForWhatIsNowhere) {
  EXPECT_EQ(some_places().find("pools[0]"), (Location{"a.cfg", 1}));
  EXPECT_EQ(some_places().find(""), (Location{"a.cfg", 1}));
}

TEST(SourceMap, KnowsWhatWasWritten) {
  EXPECT_TRUE(some_places().has("rules[0].path"));
  EXPECT_FALSE(some_places().has("rules[0].hosts"));
}

TEST(SourceMap, PutsAProblemInItsPlace) {
  EXPECT_EQ(some_places().problem("rules[0].path", "no").format(), "b.cfg:5: rules[0].path: no");
}

TEST(SourceMap, JoinsPaths) {
  EXPECT_EQ(joined(indexed("rules", 3), "path_regex"), "rules[3].path_regex");
  EXPECT_EQ(joined("", "rules"), "rules");
  EXPECT_EQ(joined("rules", ""), "rules");
}

}  // namespace
}  // namespace penstock::model
