// SPDX-License-Identifier: Apache-2.0
#include "control/model/rule_model.h"

#include <gtest/gtest.h>

namespace penstock::model {
namespace {

TEST(RuleModel, NamesTheKeyOfEachPathCondition) {
  EXPECT_STREQ(path_condition_key(PathCondition::Kind::Any), "");
  EXPECT_STREQ(path_condition_key(PathCondition::Kind::Exact), "path");
  EXPECT_STREQ(path_condition_key(PathCondition::Kind::Prefix), "path_prefix");
  EXPECT_STREQ(path_condition_key(PathCondition::Kind::Regex), "path_regex");
}

}  // namespace
}  // namespace penstock::model
