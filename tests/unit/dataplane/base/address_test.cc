// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/address.h"

#include <gtest/gtest.h>

#include <array>

namespace penstock::base {
namespace {

TEST(IpAddress, SurvivesTextBothWays) {
  for (const char* text : {"10.0.0.1", "255.255.255.255", "2001:db8::1", "::1"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->format(), text);
  }
}

TEST(IpAddress, RefusesWhatIsNone) {
  for (const char* text :
       {"", "10.0.0", "10.0.0.256", "10.0.0.1/8", "10.0.0.1:80", "host", "::g"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpAddress, KnowsItsFamilyAndTheUnspecified) {
  EXPECT_TRUE(IpAddress::from_v4(1).is_v4());
  EXPECT_FALSE(IpAddress::from_v6(0, 1).is_v4());
  EXPECT_TRUE(IpAddress().is_unspecified());
  EXPECT_TRUE(IpAddress::from_v6(0, 0).is_unspecified());
  EXPECT_FALSE(IpAddress::from_v4(1).is_unspecified());
}

TEST(IpPrefix, ContainsWhatSharesItsLeadingBits) {
  const IpPrefix prefix = *IpPrefix::parse("10.1.2.3/23");
  EXPECT_TRUE(prefix.contains(*IpAddress::parse("10.1.3.255")));
  EXPECT_FALSE(prefix.contains(*IpAddress::parse("10.1.4.0")));
  EXPECT_FALSE(prefix.contains(*IpAddress::parse("2001:db8::1")));
  EXPECT_TRUE(IpPrefix::parse("0.0.0.0/0")->contains(*IpAddress::parse("203.0.113.9")));
  EXPECT_TRUE(IpPrefix::parse("2001:db8::/65")->contains(*IpAddress::parse("2001:db8::7")));
  EXPECT_FALSE(
      IpPrefix::parse("2001:db8::/65")->contains(*IpAddress::parse("2001:db8:0:0:8000::")));
}

TEST(IpPrefix, KnowsItsFirstAndItsLastAddress) {
  const auto ends = [](const char* text) {
    const IpPrefix prefix = *IpPrefix::parse(text);
    return prefix.first().format() + " " + prefix.last().format();
  };
  EXPECT_EQ(ends("10.1.2.3/23"), "10.1.2.0 10.1.3.255");
  EXPECT_EQ(ends("10.1.2.3/32"), "10.1.2.3 10.1.2.3");
  EXPECT_EQ(ends("10.1.2.3/0"), "0.0.0.0 255.255.255.255");
  EXPECT_EQ(ends("2001:db8::7/64"), "2001:db8:: 2001:db8::ffff:ffff:ffff:ffff");
  EXPECT_EQ(ends("2001:db8::7/126"), "2001:db8::4 2001:db8::7");
  EXPECT_EQ(ends("::/0"), ":: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST(IpPrefix, RefusesLengthsBeyondTheFamily) {
  EXPECT_TRUE(IpPrefix::parse("10.0.0.0/32"));
  EXPECT_FALSE(IpPrefix::parse("10.0.0.0/33"));
  EXPECT_FALSE(IpPrefix::parse("10.0.0.0/"));
  EXPECT_FALSE(IpPrefix::parse("10.0.0.0/8x"));
  EXPECT_FALSE(IpPrefix::parse("10.0.0.0"));
  EXPECT_EQ(IpPrefix::parse("10.0.0.1/24")->format(), "10.0.0.1/24");
}

TEST(Endpoint, IsWrittenWithItsPort) {
  EXPECT_EQ((Endpoint{*IpAddress::parse("10.0.0.1"), 80}).format(), "10.0.0.1:80");
  EXPECT_EQ((Endpoint{*IpAddress::parse("2001:db8::1"), 80}).format(), "[2001:db8::1]:80");
}

TEST(Endpoint, IsReadWithAPortOnly) {
  EXPECT_EQ(Endpoint::parse("10.0.0.1:80")->port, 80);
  EXPECT_EQ(Endpoint::parse("[2001:db8::1]:443")->format(), "[2001:db8::1]:443");
  for (const char* text :
       {"10.0.0.1", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:65536", "2001:db8::1:80"}) {
    EXPECT_FALSE(Endpoint::parse(text)) << text;
  }
}

TEST(IpAddress, WritesTheSameTextWithoutAllocation) {
  for (const char* text : {"10.0.0.1", "2001:db8::1"}) {
    std::array<char, IpAddress::kTextBytesMax> room;
    EXPECT_EQ(IpAddress::parse(text)->format_into(room), text);
  }
}

TEST(MacAddress, IsWrittenInHex) {
  EXPECT_EQ(format(MacAddress{{0x02, 0, 0, 0xab, 0, 1}}), "02:00:00:ab:00:01");
  EXPECT_TRUE(MacAddress::broadcast().is_multicast());
}

}  // namespace
}  // namespace penstock::base
