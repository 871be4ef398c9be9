// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/folded_host.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::route {
namespace {

TEST(FoldedHost, IsLowerCase) {
  EXPECT_EQ(FoldedHost("Shop.EXAMPLE").text(), "shop.example");
  EXPECT_EQ(FoldedHost("[@`{\xc1\xda").text(), "[@`{\xc1\xda");
}

TEST(FoldedHost, LosesOneTrailingDot) {
  EXPECT_EQ(FoldedHost("shop.example.").text(), "shop.example");
  EXPECT_EQ(FoldedHost("shop.example..").text(), "shop.example.");
}

TEST(FoldedHost, CanBeReversed) {
  EXPECT_EQ(ReversedHost(FoldedHost("aB.c")).text(), "c.ba");
  EXPECT_EQ(ReversedHost(FoldedHost("")).text(), "");
}

TEST(FoldedHost, KeepsTheLongestHost) {
  const std::string longest(base::kHostBytesMax, 'a');
  EXPECT_EQ(FoldedHost(longest).text(), longest);
}

TEST(FoldedHost, IsEmptyForAHostThatIsTooLong) {
  EXPECT_EQ(FoldedHost(std::string(base::kHostBytesMax + 1, 'a')).text(), "");
}

}  // namespace
}  // namespace penstock::route
