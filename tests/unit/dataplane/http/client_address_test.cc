// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/client_address.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/literals.h"
#include "tests/unit/dataplane/http/parsed_head.h"

namespace penstock::http {
namespace {

using testing::ip;

const base::PrefixSet kTrusted(std::vector<base::IpPrefix>{
    *base::IpPrefix::parse("10.0.0.0/8"), *base::IpPrefix::parse("2001:db8::/32")});

std::string client(const std::string& field_lines, std::string_view peer = "10.0.0.1") {
  const auto request = request_with(field_lines);
  return client_address(ip(peer), request.head.fields, request.bytes(), kTrusted).format();
}
// What one X-Forwarded-For says, from a trusted peer.
std::string client_in(const std::string& value) {
  return client("X-Forwarded-For: " + value + "\r\n");
}

TEST(Trust, IsForMembersOfTheNetworks) {
  EXPECT_EQ(trust_in(ip("10.255.0.1"), kTrusted), Trust::Trusted);
  EXPECT_EQ(trust_in(ip("2001:db8:ffff::1"), kTrusted), Trust::Trusted);
  EXPECT_EQ(trust_in(ip("11.0.0.1"), kTrusted), Trust::Untrusted);
  EXPECT_EQ(trust_in(ip("10.0.0.1"), {}), Trust::Untrusted);
}

TEST(ForwardedFor, TakesAddressesWithAndWithoutPorts) {
  EXPECT_EQ(parse_forwarded_for("192.0.2.7"), ip("192.0.2.7"));
  EXPECT_EQ(parse_forwarded_for("192.0.2.7:8080"), ip("192.0.2.7"));
  EXPECT_EQ(parse_forwarded_for("2001:db8::7"), ip("2001:db8::7"));
  EXPECT_EQ(parse_forwarded_for("[2001:db8::7]"), ip("2001:db8::7"));
  EXPECT_EQ(parse_forwarded_for("[2001:db8::7]:80"), ip("2001:db8::7"));
  EXPECT_EQ(parse_forwarded_for("::ffff:192.0.2.7"), ip("192.0.2.7"));
}

TEST(ForwardedFor, TakesNothingElse) {
  for (const char* element :
       {"", "unknown", "_hidden", "a.example", "192.0.2", "192.0.2.256",
        "192.0.2.7:", "192.0.2.7:x", "192.0.2.7:123456", "[192.0.2.7]", "[2001:db8::7",
        "[2001:db8::7]x", "[2001:db8::7]:", "[]", "\"192.0.2.7\"", "192.0.2.7 ", "0x7f.1",
        "fe80::1%eth0", "1111:2222:3333:4444:5555:6666:255.255.255.2551"}) {
    EXPECT_EQ(parse_forwarded_for(element), std::nullopt) << element;
  }
}

TEST(ClientAddress, IsThePeersUnlessThatIsTrusted) {
  EXPECT_EQ(client(""), "10.0.0.1");
  EXPECT_EQ(client("X-Forwarded-For: 192.0.2.7\r\n", "192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(client("X-Forwarded-For: 192.0.2.7\r\n"), "192.0.2.7");
  EXPECT_EQ(client("X-Forwarded-For: 192.0.2.7\r\n", "2001:db8::1"), "192.0.2.7");
}

TEST(ClientAddress, IsTheLastOneThatIsNotTrusted) {
  EXPECT_EQ(client_in("1.1.1.1, 192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client_in("1.1.1.1, 192.0.2.7,10.0.0.3 , 2001:db8::5"), "192.0.2.7");
  EXPECT_EQ(client_in("10.0.0.2,\t10.0.0.3"), "10.0.0.2");
}

TEST(ClientAddress, IsLookedForOverSeveralFields) {
  EXPECT_EQ(client("X-Forwarded-For: 1.1.1.1\r\nA: b\r\nX-Forwarded-For: 192.0.2.7, 10.0.0.2\r\n"
                   "X-Forwarded-For:\r\nX-Forwarded-For: 10.0.0.3\r\n"),
            "192.0.2.7");
}

TEST(ClientAddress, IsNotLookedForBehindWhatIsNoAddress) {
  EXPECT_EQ(client_in("192.0.2.7, unknown"), "10.0.0.1");
  EXPECT_EQ(client_in("192.0.2.7, unknown, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(client_in("192.0.2.7,, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(client_in("192.0.2.7,"), "10.0.0.1");
  EXPECT_EQ(client("X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: x\r\n"), "10.0.0.1");
}

}  // namespace
}  // namespace penstock::http
