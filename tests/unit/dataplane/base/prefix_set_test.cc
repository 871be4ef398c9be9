// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/prefix_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "dataplane/base/random.h"
#include "tests/support/literals.h"

namespace penstock::base {
namespace {

using testing::ip;

PrefixSet set_of(std::initializer_list<const char*> texts) {
  std::vector<IpPrefix> networks;
  for (const char* text : texts) networks.push_back(IpPrefix::parse(text).value());
  return PrefixSet(networks);
}

TEST(PrefixSet, HoldsItsNetworksFromTheFirstAddressToTheLast) {
  const PrefixSet set = set_of({"10.1.2.0/23", "192.0.2.7/32"});
  EXPECT_TRUE(set.contains(ip("10.1.2.0")));
  EXPECT_TRUE(set.contains(ip("10.1.3.255")));
  EXPECT_TRUE(set.contains(ip("192.0.2.7")));
  EXPECT_FALSE(set.contains(ip("10.1.1.255")));
  EXPECT_FALSE(set.contains(ip("10.1.4.0")));
  EXPECT_FALSE(set.contains(ip("192.0.2.8")));
}

TEST(PrefixSet, WithoutNetworksHoldsNothing) {
  const PrefixSet set;
  EXPECT_TRUE(set.empty());
  EXPECT_FALSE(set.contains(ip("10.0.0.1")));
  EXPECT_FALSE(set.contains(ip("::1")));
}

TEST(PrefixSet, KeepsTheFamiliesApart) {
  EXPECT_FALSE(set_of({"::/0"}).contains(ip("10.0.0.1")));
  EXPECT_TRUE(set_of({"::/0"}).contains(ip("2001:db8::1")));
  EXPECT_FALSE(set_of({"0.0.0.0/0"}).contains(ip("::1")));
  EXPECT_TRUE(set_of({"0.0.0.0/0"}).contains(ip("255.255.255.255")));
}

TEST(PrefixSet, KnowsAMappedAddressAsTheIpv4AddressThatItIs) {
  const PrefixSet set = set_of({"10.0.0.0/8"});
  EXPECT_TRUE(set.contains(ip("::ffff:10.1.2.3")));
  EXPECT_FALSE(set.contains(ip("::ffff:11.1.2.3")));
}

TEST(PrefixSet, HoldsWhatAnyOfOverlappingNetworksHolds) {
  const PrefixSet set = set_of({"10.1.0.0/16", "10.0.0.0/8", "10.1.2.0/24", "10.0.0.0/8"});
  EXPECT_TRUE(set.contains(ip("10.1.3.1")));
  EXPECT_TRUE(set.contains(ip("10.255.0.1")));
  EXPECT_FALSE(set.contains(ip("11.0.0.0")));
  EXPECT_EQ(set.networks().size(), 4u);
}

TEST(PrefixSet, IgnoresHostBits) {
  EXPECT_TRUE(set_of({"2001:db8::7/64"}).contains(ip("2001:db8::")));
  EXPECT_TRUE(set_of({"10.0.0.9/24"}).contains(ip("10.0.0.1")));
}

TEST(PrefixSet, AgreesWithAskingEachNetwork) {
  Random random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<IpPrefix> networks;
    const auto any_address = [&] {
      const uint64_t low = random.next();
      return random.below(2) == 0 ? IpAddress::from_v4(static_cast<uint32_t>(low & 0xff0000ff))
                                  : IpAddress::from_v6(low & 0xff, random.next() & 0xf00000000fu);
    };
    for (uint64_t i = random.below(20); i > 0; --i) {
      const IpAddress address = any_address();
      networks.push_back({address, static_cast<uint8_t>(random.below(address.is_v4() ? 33 : 129))});
    }
    const PrefixSet set(networks);
    for (int i = 0; i < 50; ++i) {
      const IpAddress address = any_address();
      const bool expected = std::any_of(networks.begin(), networks.end(),
                                        [&](const IpPrefix& n) { return n.contains(address); });
      EXPECT_EQ(set.contains(address), expected) << address.format();
    }
  }
}

}  // namespace
}  // namespace penstock::base
