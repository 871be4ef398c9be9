// SPDX-License-Identifier: Apache-2.0
#include "control/config/syntax_tree.h"

#include <gtest/gtest.h>

namespace penstock::config {
namespace {

TEST(SyntaxTree, HasWordsForEveryKind) {
  EXPECT_STREQ(kind_name(Node::Kind::Group), "a group");
  EXPECT_STREQ(kind_name(Node::Kind::List), "a list");
  EXPECT_STREQ(kind_name(Node::Kind::Integer), "an integer");
  EXPECT_STREQ(kind_name(Node::Kind::Float), "a number with a fraction");
  EXPECT_STREQ(kind_name(Node::Kind::Boolean), "true or false");
  EXPECT_STREQ(kind_name(Node::Kind::String), "a string");
}

}  // namespace
}  // namespace penstock::config
