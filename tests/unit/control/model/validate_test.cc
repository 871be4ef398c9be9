// SPDX-License-Identifier: Apache-2.0
#include "control/model/validate.h"

#include <gtest/gtest.h>

#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

TEST(Validate, FindsNothingWrongWithARightConfiguration) {
  EXPECT_EQ(problems_of(small_configuration()), std::vector<std::string>{});
}

TEST(Validate, FindsProblemsOfEveryPartAtOnce) {
  Configuration c = small_configuration();
  c.workers.cores = {};
  c.ports[0].mtu = 1;
  c.pools[0].backends[0].weight = 257;
  c.rules[0].action = Forward{"none"};
  EXPECT_EQ(problems_of(c).size(), 4u);
}

TEST(Validate, AnswersInTheOrderOfTheFile) {
  Configuration c = small_configuration();
  c.workers.cores = {};
  c.rules[0].action = Forward{"none"};
  SourceMap sources(Location{"a.cfg", 1});
  sources.add("rules", {"a.cfg", 2});
  sources.add("workers", {"a.cfg", 9});
  const Problems problems = validate(c, sources);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].line, 2u);
  EXPECT_EQ(problems[1].line, 9u);
}

}  // namespace
}  // namespace penstock::model
