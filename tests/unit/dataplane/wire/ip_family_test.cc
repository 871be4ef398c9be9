// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ip_family.h"

#include <gtest/gtest.h>

#include "tests/support/packet_builder.h"

namespace penstock::wire {
namespace {

using testing::ip;

TEST(IpFamily, KnowsTheHeadersAndProtocolsOfBoth) {
  EXPECT_EQ(ip_header_bytes(ip("10.0.0.1").family()), 20u);
  EXPECT_EQ(ip_header_bytes(ip("2001:db8::1").family()), 40u);
  EXPECT_EQ(icmp_protocol(base::IpFamily::V4), kProtocolIcmp);
  EXPECT_EQ(icmp_protocol(base::IpFamily::V6), kProtocolIcmpv6);
}

TEST(IpFamily, TellsAddressesOfOneHostFromOthers) {
  for (const char* one : {"10.0.0.1", "192.168.0.1", "2001:db8::1", "fe80::1", "fd00::1"}) {
    EXPECT_TRUE(is_unicast(ip(one))) << one;
  }
  for (const char* other :
       {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "ff02::1"}) {
    EXPECT_FALSE(is_unicast(ip(other))) << other;
  }
}

TEST(IpFamily, KnowsNoLinkLocalAddressInIpv4) {
  EXPECT_TRUE(is_link_local(ip("fe80::1")));
  EXPECT_FALSE(is_link_local(ip("169.254.0.1")));
}

}  // namespace
}  // namespace penstock::wire
