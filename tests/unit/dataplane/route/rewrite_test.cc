// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/rewrite.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "dataplane/base/limits.h"

namespace penstock::route {
namespace {

RequestUri uri(std::string_view path = "/old/x", std::string_view query = "") {
  return {.scheme = "http", .host = "shop.example", .port = 80, .path = path, .query = query};
}

std::string render(const Redirect& redirect, const RequestUri& from,
                   const PathMatch& matched = {}) {
  static_assert(base::kLocationBytesMax > base::kRequestLineBytesMax);
  std::array<char, base::kLocationBytesMax> buffer;
  return std::string(render_location(redirect, matched, from, buffer).value());
}

PathMatch prefix(const char* text) { return {PathMatch::Kind::Prefix, text}; }

TEST(Rewrite, KeepsWhatTheRedirectDoesNotName) {
  EXPECT_EQ(render({}, uri("/a", "b=c")), "http://shop.example/a?b=c");
}

TEST(Rewrite, ReplacesEachPart) {
  Redirect redirect;
  redirect.scheme = "https";
  redirect.host = "new.example";
  redirect.port = 8443;
  redirect.path = "/new";
  EXPECT_EQ(render(redirect, uri("/a", "b=c")), "https://new.example:8443/new?b=c");
}

TEST(Rewrite, KeepsAPortThatIsNotTheSchemesOwn) {
  RequestUri from = uri("/");
  from.port = 8080;
  EXPECT_EQ(render({}, from), "http://shop.example:8080/");
}

TEST(Rewrite, LeavesThePortWithTheScheme) {
  RequestUri from = uri("/");
  from.port = 8080;
  Redirect redirect;
  redirect.scheme = "https";
  EXPECT_EQ(render(redirect, from), "https://shop.example/");
  redirect.scheme = "http";
  EXPECT_EQ(render(redirect, from), "http://shop.example/");
}

TEST(Rewrite, LeavesThePortWithTheHost) {
  RequestUri from = uri("/");
  from.port = 8080;
  Redirect redirect;
  redirect.host = "new.example";
  EXPECT_EQ(render(redirect, from), "http://new.example/");
  redirect.port = 8080;
  EXPECT_EQ(render(redirect, from), "http://new.example:8080/");
}

TEST(Rewrite, OmitsThePortOfTheScheme) {
  Redirect redirect;
  redirect.scheme = "https";
  redirect.port = 443;
  EXPECT_EQ(render(redirect, uri("/")), "https://shop.example/");
  redirect.port = 80;
  EXPECT_EQ(render(redirect, uri("/")), "https://shop.example:80/");
}

TEST(Rewrite, ReplacesThePrefixAndKeepsTheRest) {
  Redirect redirect;
  redirect.path_prefix = "/new";
  EXPECT_EQ(render(redirect, uri("/old/x"), prefix("/old")), "http://shop.example/new/x");
  EXPECT_EQ(render(redirect, uri("/old"), prefix("/old")), "http://shop.example/new");
  EXPECT_EQ(render(redirect, uri("/old/"), prefix("/old/")), "http://shop.example/new/");
  EXPECT_EQ(render(redirect, uri("/x"), prefix("/")), "http://shop.example/new/x");
}

TEST(Rewrite, MakesNoDoubleSlashWhereAPrefixEndsWithOne) {
  Redirect redirect;
  redirect.path_prefix = "/";
  EXPECT_EQ(render(redirect, uri("/old/x"), prefix("/old")), "http://shop.example/x");
  EXPECT_EQ(render(redirect, uri("/old"), prefix("/old")), "http://shop.example/");
  redirect.path_prefix = "/new/";
  EXPECT_EQ(render(redirect, uri("/old/x"), prefix("/old")), "http://shop.example/new/x");
}

TEST(Rewrite, GivesAnAsteriskTheRootPath) {
  EXPECT_EQ(render({}, uri("*")), "http://shop.example/");
}

TEST(Rewrite, StaysOnTheHostWhenTheRequestNamesNone) {
  RequestUri from = uri("//evil.example/x");
  from.host = "";
  EXPECT_EQ(render({}, from), "/evil.example/x");
  from.path = "/old//evil.example";
  Redirect redirect;
  redirect.path_prefix = "/";
  EXPECT_EQ(render(redirect, from, prefix("/old")), "/evil.example");
  from.path = "/a";
  EXPECT_EQ(render({}, from), "/a");
}

TEST(Rewrite, RefusesWhatDoesNotFit) {
  std::array<char, 21> buffer;
  EXPECT_EQ(render_location({}, {}, uri("/"), buffer).value(), "http://shop.example/");
  EXPECT_TRUE(render_location({}, {}, uri("/a"), buffer).has_value());
  EXPECT_FALSE(render_location({}, {}, uri("/ab"), buffer).has_value());
  EXPECT_FALSE(render_location({}, {}, uri("/", "q"), buffer).has_value());
}

}  // namespace
}  // namespace penstock::route
