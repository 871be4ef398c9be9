// SPDX-License-Identifier: Apache-2.0
#include "control/compile/name_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::compile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NameRegistry, GivesEachNameAnIdAndSaysWhichAreNew) {
  NameRegistry registry(4);
  registry.assign({"a", "b"}, 1);
  EXPECT_EQ(registry.find("a"), 0u);
  EXPECT_EQ(registry.find("b"), 1u);
  EXPECT_THAT(registry.given(), ElementsAre(0u, 1u));
}

TEST(NameRegistry, KeepsAnIdThroughConfigurationsAndWhileItsNameIsGone) {
  NameRegistry registry(4);
  registry.assign({"a", "b"}, 1);
  registry.assign({"b", "c"}, 2);
  EXPECT_EQ(registry.find("b"), 1u);
  EXPECT_THAT(registry.given(), ElementsAre(2u));
  registry.assign({"a"}, 3);
  EXPECT_EQ(registry.find("a"), 0u);
  EXPECT_THAT(registry.given(), IsEmpty());
}

TEST(NameRegistry, PassesOnTheIdOfTheNameThatIsLongestGone) {
  NameRegistry registry(3);
  registry.assign({"a", "b", "c"}, 1);
  registry.assign({"b", "c"}, 2);
  registry.assign({"c"}, 3);
  registry.assign({"c", "d"}, 4);
  EXPECT_EQ(registry.find("d"), 0u);
  registry.assign({"c", "d", "e"}, 5);
  EXPECT_EQ(registry.find("e"), 1u);
  EXPECT_THAT(registry.given(), ElementsAre(1u));
}

}  // namespace
}  // namespace penstock::compile
