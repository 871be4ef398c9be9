// SPDX-License-Identifier: Apache-2.0
#include "control/compile/access_lists.h"

#include <gtest/gtest.h>

namespace penstock::compile {
namespace {

model::Listener listener(const char* name, std::vector<base::IpPrefix> deny = {}) {
  model::Listener listener;
  listener.name = name;
  listener.deny = std::move(deny);
  return listener;
}

const base::IpPrefix kTen = base::IpPrefix::parse("10.0.0.0/8").value();

TEST(AccessLists, AreThereForListenersThatNameNetworks) {
  const auto compiled = compile_access({listener("a"), listener("b", {kTen})}, {});
  EXPECT_EQ(compiled[0].list, nullptr);
  ASSERT_NE(compiled[1].list, nullptr);
  EXPECT_FALSE(compiled[1].list->admits(kTen.address));
}

TEST(AccessLists, AreTakenOverWhileNothingChanges) {
  const auto before = compile_access({listener("a", {kTen}), listener("b", {kTen})}, {});
  const auto after = compile_access({listener("a", {kTen}), listener("b")}, before);
  EXPECT_EQ(after[0].list, before[0].list);
  EXPECT_EQ(after[1].list, nullptr);
}

}  // namespace
}  // namespace penstock::compile
