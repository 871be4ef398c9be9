// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/element_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "dataplane/base/random.h"

namespace penstock::route {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> stops_of(std::string_view text) {
  std::vector<std::string> stops;
  ElementWalk walk(text);
  while (!walk.at_end()) {
    walk.next();
    stops.emplace_back(walk.passed());
  }
  return stops;
}

// The places where a slash or the end follows, found byte by byte.
std::vector<std::string> stops_by_bytes(const std::string& text) {
  std::vector<std::string> stops;
  for (size_t at = 1; at <= text.size(); ++at) {
    if (at == text.size() || text[at] == '/') stops.push_back(text.substr(0, at));
  }
  return stops;
}

TEST(ElementWalk, StopsBehindEachElement) {
  EXPECT_THAT(stops_of("/api/v1/item"), ElementsAre("/api", "/api/v1", "/api/v1/item"));
  EXPECT_THAT(stops_of("/resource7345/x"), ElementsAre("/resource7345", "/resource7345/x"));
}

TEST(ElementWalk, TakesEmptyElementsForElements) {
  EXPECT_THAT(stops_of("/a//b/"), ElementsAre("/a", "/a/", "/a//b", "/a//b/"));
  EXPECT_THAT(stops_of("/"), ElementsAre("/"));
  EXPECT_THAT(stops_of(""), IsEmpty());
}

TEST(ElementWalk, TakesATextWithoutSlashesForOneElement) {
  EXPECT_THAT(stops_of("shop.example.com"), ElementsAre("shop.example.com"));
  EXPECT_THAT(stops_of("a/b"), ElementsAre("a", "a/b"));
}

TEST(ElementWalk, DoesNotMistakeADotForASlash) {
  EXPECT_THAT(stops_of("/.well-known/."), ElementsAre("/.well-known", "/.well-known/."));
}

TEST(ElementWalk, StopsWhereAWalkOverBytesDoes) {
  base::Random random(1);
  constexpr std::string_view kBytes = "//.a\xff";
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random.below(40), ' ');
    const uint64_t slashes = 1 + random.below(20);
    for (char& c : text) c = random.below(slashes) == 0 ? '/' : kBytes[random.below(5)];
    ASSERT_EQ(stops_of(text), stops_by_bytes(text)) << text;
  }
}

TEST(ElementWalk, HashesWhatItPassedAndNothingElse) {
  const std::string path = "/1234567/12345678/1/123456789012345678901234//x";
  ElementWalk walk(path);
  while (!walk.at_end()) {
    walk.next();
    EXPECT_EQ(walk.hash(), text_hash(std::string(walk.passed()))) << walk.passed();
  }
}

TEST(ElementWalk, HashesPathsThatDifferLittleApart) {
  std::set<uint64_t> hashes;
  std::set<uint64_t> lower_halves;
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t hash = text_hash("/api/v1/resource" + std::to_string(i));
    hashes.insert(hash);
    lower_halves.insert(hash & 0xffff'ffff);
  }
  EXPECT_EQ(hashes.size(), 100'000u);
  EXPECT_GT(lower_halves.size(), 99'980u);  // one pair in 2^32 is equal by chance
}

}  // namespace
}  // namespace penstock::route
