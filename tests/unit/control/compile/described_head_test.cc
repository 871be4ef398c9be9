// SPDX-License-Identifier: Apache-2.0
#include "control/compile/described_head.h"

#include <gtest/gtest.h>

namespace penstock::compile {
namespace {

RequestDescription described(std::string_view url, const std::vector<std::string>& fields = {}) {
  auto request = describe_request("GET", url, fields, std::nullopt);
  EXPECT_TRUE(request.ok());
  return std::move(request).value();
}

TEST(DescribedHead, IsWhatRulesWouldSee) {
  const DescribedHead head(described("http://a.example:81/x/../%62?c=%64", {"X-A: 1", "x-a: 2"}),
                           {});
  ASSERT_EQ(head.refusal(), http::ReplyReason::None);
  const route::RequestView view = head.view(base::IpAddress::from_v4(7));
  EXPECT_EQ(view.method, "GET");
  EXPECT_EQ(view.host, "a.example");
  EXPECT_EQ(view.path, "/b");
  EXPECT_EQ(view.query, "c=%64");
  EXPECT_EQ(view.source, base::IpAddress::from_v4(7));
  const auto first = view.fields->find("X-A", 0);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->value, "1");
  const auto second = view.fields->find("X-A", first->next);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->value, "2");
  EXPECT_FALSE(view.fields->find("X-A", second->next).has_value());
}

TEST(DescribedHead, DoesNotShowFieldsThatPolicyDrops) {
  const RequestDescription request = described("/", {"X_A: 1"});
  EXPECT_EQ(DescribedHead(request, {}).first("X_A"), std::nullopt);
  EXPECT_EQ(DescribedHead(request, {.underscores = http::Underscores::Forward}).first("X_A"), "1");
}

TEST(DescribedHead, MayDoWithoutAHost) {
  const DescribedHead head(described("/a"), {});
  EXPECT_EQ(head.refusal(), http::ReplyReason::None);
  EXPECT_EQ(head.deviations(), std::vector<std::string>{"host_absent"});
}

TEST(DescribedHead, SaysWhyItWouldBeRefused) {
  const auto refusal = [](std::string_view url, const std::vector<std::string>& fields = {}) {
    return DescribedHead(described(url, fields), {}).refusal();
  };
  EXPECT_EQ(refusal("http://a,b/"), http::ReplyReason::HostInvalid);
  EXPECT_EQ(refusal("http://a/", {"Host: a", "Host: b"}), http::ReplyReason::HostDuplicate);
  EXPECT_EQ(refusal("http://a/.."), http::ReplyReason::PathAboveRoot);
  EXPECT_EQ(refusal("http://a/", {"Content-Length: x"}), http::ReplyReason::ContentLengthInvalid);
}

}  // namespace
}  // namespace penstock::compile
