// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/path_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace penstock::route {
namespace {

using ::testing::ElementsAre;

// The texts that take a path, narrowest first: "=/a" exact, "/a" a prefix, "*" any path.
class NamedPaths {
 public:
  NamedPaths(const TextSet& prefixes, const TextSet& exact) : index_(prefixes, exact) {
    names_.assign(index_.size() + 1, "*");
    for (const std::string& prefix : prefixes) names_[index_.prefix_key(prefix)] = prefix;
    for (const std::string& path : exact) names_[index_.exact_key(path)] = "=" + path;
  }

  std::vector<std::string> taking(std::string_view path) const {
    uint32_t key = index_.narrowest(path);
    std::vector<std::string> names = {names_[key]};
    for (; key != kAnyKey; names.push_back(names_[key])) {
      EXPECT_LT(index_.wider(key), key);
      key = index_.wider(key);
    }
    return names;
  }

 private:
  PathIndex index_;
  std::vector<std::string> names_;
};

TEST(PathIndex, FindsTheLongestPrefixByWholeElements) {
  const NamedPaths paths({"/a", "/a/b"}, {});
  EXPECT_THAT(paths.taking("/a/b/c"), ElementsAre("/a/b", "/a", "*"));
  EXPECT_THAT(paths.taking("/a/b"), ElementsAre("/a/b", "/a", "*"));
  EXPECT_THAT(paths.taking("/a/bc"), ElementsAre("/a", "*"));
  EXPECT_THAT(paths.taking("/a/"), ElementsAre("/a", "*"));
  EXPECT_THAT(paths.taking("/ab"), ElementsAre("*"));
}

TEST(PathIndex, FindsAnExactPathBeforeThePrefixesThatTakeIt) {
  const NamedPaths paths({"", "/a", "/a/b"}, {"/a/b", "/a/c", "/d"});
  EXPECT_THAT(paths.taking("/a/b"), ElementsAre("=/a/b", "/a/b", "/a", "", "*"));
  EXPECT_THAT(paths.taking("/a/c"), ElementsAre("=/a/c", "/a", "", "*"));
  EXPECT_THAT(paths.taking("/a/c/"), ElementsAre("/a", "", "*"));
  EXPECT_THAT(paths.taking("/d"), ElementsAre("=/d", "", "*"));
}

TEST(PathIndex, TakesTheRootForPathsThatBeginWithASlash) {
  const NamedPaths paths({""}, {});
  EXPECT_THAT(paths.taking("/"), ElementsAre("", "*"));
  EXPECT_THAT(paths.taking("//a"), ElementsAre("", "*"));
  EXPECT_THAT(paths.taking(""), ElementsAre("", "*"));
  EXPECT_THAT(paths.taking("*"), ElementsAre("*"));
  EXPECT_THAT(paths.taking("a/b"), ElementsAre("*"));
}

TEST(PathIndex, SkipsDepthsWithoutPrefixes) {
  const NamedPaths paths({"/a", "/a/b/c/d"}, {});
  EXPECT_THAT(paths.taking("/a/b/c/d/e"), ElementsAre("/a/b/c/d", "/a", "*"));
  EXPECT_THAT(paths.taking("/a/b/c/e"), ElementsAre("/a", "*"));
}

TEST(PathIndex, CountsEmptyElements) {
  const NamedPaths paths({"/", "//a", "/b/"}, {});
  EXPECT_THAT(paths.taking("//a/x"), ElementsAre("//a", "/", "*"));
  EXPECT_THAT(paths.taking("//"), ElementsAre("/", "*"));
  EXPECT_THAT(paths.taking("/"), ElementsAre("/", "*"));
  EXPECT_THAT(paths.taking("/b/"), ElementsAre("/b/", "*"));
  EXPECT_THAT(paths.taking("/b"), ElementsAre("*"));
}

TEST(PathIndex, FindsPrefixesOfPathsThatAreLongerAndDeeperThanAnyRule) {
  std::string deep;
  while (deep.size() < base::kRuleTextBytesMax) deep += "/";
  const NamedPaths paths({"/a", deep}, {"/a/b"});
  EXPECT_THAT(paths.taking("/a" + std::string(60'000, '/')), ElementsAre("/a", "*"));
  EXPECT_THAT(paths.taking("/a/" + std::string(60'000, 'x')), ElementsAre("/a", "*"));
  EXPECT_THAT(paths.taking(deep + "//"), ElementsAre(deep, "*"));
}

TEST(PathIndex, WithoutTextsKnowsOnlyAnyPath) {
  EXPECT_EQ(PathIndex{}.narrowest("/"), kAnyKey);
  EXPECT_EQ(PathIndex{}.narrowest(""), kAnyKey);
  EXPECT_EQ(PathIndex{}.size(), 0u);
}

TEST(PathIndex, FindsEachOfTenThousandPrefixes) {
  TextSet prefixes;
  for (int i = 0; i < 10'000; ++i) prefixes.insert("/api/v1/resource" + std::to_string(i));
  const PathIndex index(prefixes, {});
  for (const std::string& prefix : prefixes) {
    ASSERT_EQ(index.narrowest(prefix + "/item"), index.prefix_key(prefix));
  }
  EXPECT_EQ(index.narrowest("/api/v1/resource10000"), kAnyKey);
}

}  // namespace
}  // namespace penstock::route
