// SPDX-License-Identifier: Apache-2.0
#include "control/compile/request_description.h"

#include <gtest/gtest.h>

namespace penstock::compile {
namespace {

RequestDescription described(std::string_view url, const std::vector<std::string>& fields = {}) {
  auto request = describe_request("GET", url, fields, std::nullopt);
  EXPECT_TRUE(request.ok());
  return std::move(request).value();
}

std::string refused(std::string_view url, const std::vector<std::string>& fields = {}) {
  const auto request = describe_request("GET", url, fields, std::nullopt);
  return request.ok() ? "" : request.error();
}

TEST(RequestDescription, TakesAWholeUrlApart) {
  const auto request = described("http://shop.example:8080/a/b?c=d#e");
  EXPECT_EQ(request.host, "shop.example");
  EXPECT_EQ(request.port, 8080);
  EXPECT_EQ(request.path, "/a/b");
  EXPECT_EQ(request.query, "c=d");
}

TEST(RequestDescription, FillsInWhatIsLeftOut) {
  const auto request = described("shop.example");
  EXPECT_EQ(request.host, "shop.example");
  EXPECT_EQ(request.port, 80);
  EXPECT_EQ(request.path, "/");
}

TEST(RequestDescription, TakesAPathAlone) {
  const auto request = described("/a");
  EXPECT_EQ(request.host, "");
  EXPECT_EQ(request.path, "/a");
}

TEST(RequestDescription, TakesAQueryWithoutAPath) {
  const auto request = described("http://h?x");
  EXPECT_EQ(request.host, "h");
  EXPECT_EQ(request.path, "/");
  EXPECT_EQ(request.query, "x");
}

TEST(RequestDescription, KeepsTheBracketsOfAnAddress) {
  const auto request = described("http://[2001:db8::1]:81/");
  EXPECT_EQ(request.host, "[2001:db8::1]");
  EXPECT_EQ(request.port, 81);
}

TEST(RequestDescription, LetsAHostFieldNameTheHost) {
  const auto request = described("http://10.80.1.1:8080/", {"host: shop.example:80"});
  EXPECT_EQ(request.host, "shop.example");
  EXPECT_EQ(request.port, 8080);
}

TEST(RequestDescription, TrimsFields) {
  const auto request = described("/", {"X-A: \t one two  ", "X-B:"});
  EXPECT_EQ(request.fields[0], (std::pair<std::string, std::string>("X-A", "one two")));
  EXPECT_EQ(request.fields[1], (std::pair<std::string, std::string>("X-B", "")));
}

TEST(RequestDescription, RefusesWhatIsNoField) {
  EXPECT_EQ(refused("/", {"X-A"}), "\"X-A\" is not a header field; write 'Name: value'");
}

TEST(RequestDescription, RefusesOtherSchemes) {
  EXPECT_EQ(refused("https://h/"), "only http:// URLs are served, not \"https://h/\"");
}

TEST(RequestDescription, RefusesABadPort) {
  EXPECT_NE(refused("http://h:0/"), "");
  EXPECT_NE(refused("http://h:65536/"), "");
  EXPECT_NE(refused("http://h:8x/"), "");
}

}  // namespace
}  // namespace penstock::compile
