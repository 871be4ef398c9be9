// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/folded_host.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::route {
namespace {

TEST(FoldedHost, IsLowerCase) { EXPECT_EQ(FoldedHost("Shop.EXAMPLE").text(), "shop.example"); }

TEST(FoldedHost, LosesOneTrailingDot) {
  EXPECT_EQ(FoldedHost("shop.example.").text(), "shop.example");
  EXPECT_EQ(FoldedHost("shop.example..").text(), "shop.example.");
}

TEST(FoldedHost, CanBeReadBackwards) { EXPECT_EQ(FoldedHost("aB.c").reversed(), "c.ba"); }

TEST(FoldedHost, KeepsTheLongestHost) {
  const std::string longest(base::kHostBytesMax, 'a');
  EXPECT_EQ(FoldedHost(longest).text(), longest);
}

TEST(FoldedHost, IsEmptyForAHostThatIsTooLong) {
  EXPECT_EQ(FoldedHost(std::string(base::kHostBytesMax + 1, 'a')).text(), "");
  EXPECT_EQ(FoldedHost("").reversed(), "");
}

}  // namespace
}  // namespace penstock::route
