// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/request_id.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace penstock::http {
namespace {

TEST(RequestId, IsTakenWhenItIsAToken) {
  EXPECT_TRUE(is_request_id("a"));
  EXPECT_TRUE(is_request_id("f47ac10b-58cc-4372-a567-0e02b2c3d479"));
  EXPECT_TRUE(is_request_id(std::string(128, 'x')));
  EXPECT_FALSE(is_request_id(std::string(129, 'x')));
  for (const char* text : {"", "a b", "a,b", "a;b", "\"a\"", "a/b", "a\xc3\xa4", "Root=1-2"}) {
    EXPECT_FALSE(is_request_id(text)) << text;
  }
}

TEST(RequestId, IsMadeOf32DigitsThatDiffer) {
  base::Random random(7);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    std::array<char, kMadeRequestIdBytes> room;
    const std::string id(make_request_id(random, room));
    EXPECT_EQ(id.size(), 32u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_TRUE(is_request_id(id));
    EXPECT_TRUE(seen.insert(id).second);
  }
}

}  // namespace
}  // namespace penstock::http
