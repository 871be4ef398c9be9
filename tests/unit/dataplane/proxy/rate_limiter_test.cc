// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/rate_limiter.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/packet_builder.h"
#include "tests/unit/dataplane/route/field_list.h"

namespace penstock::proxy {
namespace {

using Key = RateLimit::Key;
using route::FieldList;

// One token for each key.
RateLimit limit_by(Key key, std::string field = "") {
  RateLimit limit;
  limit.identity = 42;
  limit.key = key;
  limit.field = std::move(field);
  limit.id = 3;
  return limit;
}

class RateLimiterTest : public ::testing::Test {
 protected:
  bool takes(const RateLimit& limit, const route::RequestView& subject) {
    return limiter_.take(limit, subject, base::Instant::from_ns(1)).kind ==
           base::TokenVerdict::Kind::Taken;
  }
  bool takes_from(const RateLimit& limit, std::string_view source) {
    route::RequestView subject;
    subject.source = testing::ip(source);
    return takes(limit, subject);
  }
  bool takes_with(const RateLimit& limit, std::vector<std::pair<std::string, std::string>> fields) {
    const FieldList list(std::move(fields));
    route::RequestView subject;
    subject.fields = &list;
    subject.source = testing::ip("10.0.0.9");
    return takes(limit, subject);
  }
  bool takes_for(const RateLimit& limit, std::string_view host) {
    route::RequestView subject;
    subject.host = host;
    return takes(limit, subject);
  }

  base::TokenBuckets buckets_{{1, 2}, 1024};
  ProxyCounters counters_;
  RateLimiter limiter_{&buckets_, counters_};
};

TEST_F(RateLimiterTest, CountsEachSourceByItself) {
  const RateLimit limit = limit_by(Key::Source);
  EXPECT_TRUE(takes_from(limit, "10.0.0.1"));
  EXPECT_FALSE(takes_from(limit, "10.0.0.1"));
  EXPECT_TRUE(takes_from(limit, "10.0.0.2"));
  EXPECT_EQ(counters_.refused_by_limit[3].read(), 1u);
}

TEST_F(RateLimiterTest, CountsAddressesOfOneNetworkTogether) {
  RateLimit limit = limit_by(Key::Source);
  EXPECT_TRUE(takes_from(limit, "2001:db8::1"));
  EXPECT_FALSE(takes_from(limit, "2001:db8::ffff:1"));
  EXPECT_TRUE(takes_from(limit, "2001:db8:0:1::1"));
  limit.source_prefix_ipv4 = 24;
  EXPECT_TRUE(takes_from(limit, "10.0.0.1"));
  EXPECT_FALSE(takes_from(limit, "10.0.0.2"));
  EXPECT_TRUE(takes_from(limit, "10.0.1.1"));
}

TEST_F(RateLimiterTest, CountsByHostInWhateverLetters) {
  const RateLimit limit = limit_by(Key::Host);
  EXPECT_TRUE(takes_for(limit, "shop.example"));
  EXPECT_FALSE(takes_for(limit, "SHOP.example."));
  EXPECT_TRUE(takes_for(limit, "api.example"));
}

TEST_F(RateLimiterTest, CountsByHeaderAndWithoutItBySource) {
  const RateLimit limit = limit_by(Key::Header, "X-Key");
  EXPECT_TRUE(takes_with(limit, {{"x-key", "a"}}));
  EXPECT_FALSE(takes_with(limit, {{"X-Key", "a"}}));
  EXPECT_TRUE(takes_with(limit, {{"X-Key", "A"}}));
  EXPECT_TRUE(takes_with(limit, {}));
  EXPECT_FALSE(takes_with(limit, {{"X-Key", ""}}));
}

TEST_F(RateLimiterTest, CountsByACookieOfAnyCookieField) {
  const RateLimit limit = limit_by(Key::Cookie, "id");
  EXPECT_TRUE(takes_with(limit, {{"Cookie", "a=1; id=7"}}));
  EXPECT_FALSE(takes_with(limit, {{"Cookie", "a=2"}, {"Cookie", "id=7"}}));
  EXPECT_TRUE(takes_with(limit, {{"Cookie", "id=8"}}));
  EXPECT_TRUE(takes_with(limit, {{"Cookie", "other=7"}}));
  EXPECT_FALSE(takes_with(limit, {}));
}

TEST_F(RateLimiterTest, CountsEverybodyTogether) {
  const RateLimit limit = limit_by(Key::All);
  EXPECT_TRUE(takes_from(limit, "10.0.0.1"));
  EXPECT_FALSE(takes_from(limit, "10.0.0.2"));
}

TEST_F(RateLimiterTest, KeepsLimitsApart) {
  const RateLimit limit = limit_by(Key::Source);
  RateLimit other = limit;
  other.identity = 43;
  EXPECT_TRUE(takes_from(limit, "10.0.0.1"));
  EXPECT_TRUE(takes_from(other, "10.0.0.1"));
}

}  // namespace
}  // namespace penstock::proxy
