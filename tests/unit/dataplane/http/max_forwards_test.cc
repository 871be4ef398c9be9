// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/max_forwards.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/dataplane/http/parsed_head.h"

namespace penstock::http {
namespace {

// "unlimited", "reached", "invalid", or what is left.
std::string read(const std::string& method, const std::string& field_lines) {
  const ParsedRequest request(method + " / HTTP/1.1\r\nHost: a\r\n" + field_lines + "\r\n");
  const MaxForwards hops = max_forwards(request.head, request.bytes());
  switch (hops.kind) {
    case MaxForwards::Kind::Unlimited:
      return "unlimited";
    case MaxForwards::Kind::Reached:
      return "reached";
    case MaxForwards::Kind::Invalid:
      return "invalid";
    case MaxForwards::Kind::Limited:
      break;
  }
  return std::to_string(hops.left);
}

TEST(MaxForwards, CountDownForOptionsAndTrace) {
  for (const char* method : {"OPTIONS", "TRACE"}) {
    EXPECT_EQ(read(method, "Max-Forwards: 10\r\n"), "9");
    EXPECT_EQ(read(method, "max-forwards: 1\r\n"), "0");
    EXPECT_EQ(read(method, "Max-Forwards: 0\r\n"), "reached");
    EXPECT_EQ(read(method, "Max-Forwards: 000\r\n"), "reached");
    EXPECT_EQ(read(method, ""), "unlimited");
  }
}

TEST(MaxForwards, MeanNothingForOtherMethods) {
  for (const char* method : {"GET", "HEAD", "POST", "DELETE", "PROPFIND"}) {
    EXPECT_EQ(read(method, "Max-Forwards: 0\r\n"), "unlimited");
    EXPECT_EQ(read(method, "Max-Forwards: x\r\n"), "unlimited");
  }
}

TEST(MaxForwards, AreOneDecimalNumber) {
  for (const char* value : {"", "-1", "+1", "1.5", "0x1", "1 1", "1,1", "ten"}) {
    EXPECT_EQ(read("OPTIONS", "Max-Forwards: " + std::string(value) + "\r\n"), "invalid") << value;
  }
  EXPECT_EQ(read("OPTIONS", "Max-Forwards: 1\r\nMax-Forwards: 1\r\n"), "invalid");
}

TEST(MaxForwards, AreTheLargestThatWeKnowWhereTheyAreLarger) {
  EXPECT_EQ(read("TRACE", "Max-Forwards: 4294967295\r\n"), "4294967294");
  EXPECT_EQ(read("TRACE", "Max-Forwards: 4294967296\r\n"), "4294967294");
  EXPECT_EQ(read("TRACE", "Max-Forwards: 99999999999999999999999999\r\n"), "4294967294");
}

}  // namespace
}  // namespace penstock::http
