// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/access_list.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/literals.h"

namespace penstock::base {
namespace {

using testing::ip;

PrefixSet set_of(const char* text) {
  return PrefixSet(std::vector<IpPrefix>{IpPrefix::parse(text).value()});
}

TEST(AccessList, WithoutNetworksAdmitsEverybody) {
  EXPECT_TRUE(AccessList().admits(ip("10.0.0.1")));
  EXPECT_TRUE(AccessList().admits(ip("2001:db8::1")));
  EXPECT_TRUE(AccessList().admits_all());
}

TEST(AccessList, WithAllowedNetworksAdmitsNobodyElse) {
  const AccessList list{.allow = set_of("10.0.0.0/8"), .deny = {}};
  EXPECT_TRUE(list.admits(ip("10.0.0.1")));
  EXPECT_FALSE(list.admits(ip("11.0.0.1")));
  EXPECT_FALSE(list.admits(ip("2001:db8::1")));
  EXPECT_FALSE(list.admits_all());
}

TEST(AccessList, DeniesWhatIsAllowedAndDenied) {
  const AccessList list{.allow = set_of("10.0.0.0/8"), .deny = set_of("10.1.0.0/16")};
  EXPECT_TRUE(list.admits(ip("10.0.0.1")));
  EXPECT_FALSE(list.admits(ip("10.1.0.1")));
}

}  // namespace
}  // namespace penstock::base
