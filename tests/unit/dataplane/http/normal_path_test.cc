// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/normal_path.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dataplane/base/random.h"

namespace penstock::http {
namespace {

struct Normal {
  std::string path;  // or the refusal's text
  bool is_rewritten = false;
  bool is_badly_escaped = false;
  bool hides_dots = false;
};

constexpr PathPolicy kKeep{.encoded_slash = EncodedSlash::Keep};

Normal normalized(std::string_view path, const PathPolicy& policy = kKeep) {
  // Of exactly its size, so that the address sanitizer sees what is read or written beyond.
  const std::vector<char> received(path.begin(), path.end());
  std::vector<uint8_t> room(path.size());
  const NormalPath normal = normalize_path({received.data(), received.size()}, policy, room);
  Normal result{std::string(normal.path), normal.is_rewritten, normal.is_badly_escaped,
                normal.hides_dots};
  if (normal.refusal != ReplyReason::None) result.path = reply_text(normal.refusal);
  if (!normal.is_rewritten && normal.refusal == ReplyReason::None) {
    EXPECT_EQ(normal.path.data(), received.data());
  }
  return result;
}
std::string normal(std::string_view path, const PathPolicy& policy = kKeep) {
  return normalized(path, policy).path;
}

constexpr PathPolicy kKeepSlashes{.duplicate_slashes = DuplicateSlashes::Keep,
                                  .encoded_slash = EncodedSlash::Keep};
constexpr PathPolicy kDecode{.encoded_slash = EncodedSlash::Decode};
constexpr PathPolicy kRefuse{.encoded_slash = EncodedSlash::Refuse};

TEST(NormalPath, LeavesWhatIsNormalWhereItIs) {
  for (const char* path : {"/", "/a", "/a/", "/a/b.c/d..e", "/.well-known/x", "/a/...", "/..a/b",
                           "/a%20b", "/%E2%82%AC", "/a;b=c/d", "/a|b\\c", "/a%2Fb", "/a%5Cb"}) {
    EXPECT_EQ(normal(path), path);
    EXPECT_FALSE(normalized(path).is_rewritten) << path;
  }
}

TEST(NormalPath, DecodesUnreservedCharactersOnly) {
  EXPECT_EQ(normal("/%61%7a%41%5A%30%39%2D%2E%5F%7E"), "/azAZ09-._~");
  EXPECT_EQ(normal("/%7ea%2db"), "/~a-b");
  EXPECT_EQ(normal("/%21%24%26%27%28%29%3A%3B%3D%40"), "/%21%24%26%27%28%29%3A%3B%3D%40");
  EXPECT_EQ(normal("/%25%32%35"), "/%2525");
  EXPECT_EQ(normal("/%2541"), "/%2541");
}

TEST(NormalPath, WritesWhatStaysEncodedInUpperCase) {
  EXPECT_EQ(normal("/%e2%82%ac%2f%3c"), "/%E2%82%AC%2F%3C");
  EXPECT_EQ(normal("/%0d%0a%7f"), "/%0D%0A%7F");
}

TEST(NormalPath, ResolvesDotSegments) {
  EXPECT_EQ(normal("/."), "/");
  EXPECT_EQ(normal("/./"), "/");
  EXPECT_EQ(normal("/./a"), "/a");
  EXPECT_EQ(normal("/a/."), "/a/");
  EXPECT_EQ(normal("/a/.."), "/");
  EXPECT_EQ(normal("/a/../"), "/");
  EXPECT_EQ(normal("/a/b/../c"), "/a/c");
  EXPECT_EQ(normal("/a/b/.."), "/a/");
  EXPECT_EQ(normal("/a/b/../../c/./d"), "/c/d");
  EXPECT_EQ(normal("/a/b/c/./../../g"), "/a/g");  // RFC 3986 5.2.4
  EXPECT_EQ(normal("/mid/content=5/../6"), "/mid/6");
}

TEST(NormalPath, ResolvesDotSegmentsHoweverTheyAreWritten) {
  EXPECT_EQ(normal("/a/%2e%2e/b"), "/b");
  EXPECT_EQ(normal("/a/.%2E/b"), "/b");
  EXPECT_EQ(normal("/a/%2e./b"), "/b");
  EXPECT_EQ(normal("/a/%2E/b"), "/a/b");
  EXPECT_EQ(normal("/a/%2e%2e%2e/b"), "/a/.../b");
}

TEST(NormalPath, RefusesToClimbAboveTheRoot) {
  for (const char* path : {"/..", "/../", "/../a", "/a/../..", "/a/../../b", "/./../a", "/%2e%2e/a",
                           "//../..", "/a//../../b"}) {
    EXPECT_EQ(normal(path), "path_above_root") << path;
  }
}

TEST(NormalPath, MergesOrKeepsDuplicateSlashes) {
  EXPECT_EQ(normal("//"), "/");
  EXPECT_EQ(normal("//a///b//"), "/a/b/");
  EXPECT_EQ(normal("/a//../b"), "/b");
  EXPECT_EQ(normal("/a/.//b"), "/a/b");
  EXPECT_EQ(normal("//a//b//", kKeepSlashes), "//a//b//");
  EXPECT_EQ(normal("/a//../b", kKeepSlashes), "/a/b");
  EXPECT_EQ(normal("/a/.//b", kKeepSlashes), "/a//b");
  EXPECT_EQ(normal("//..", kKeepSlashes), "/");
}

TEST(NormalPath, TreatsEncodedSlashesByPolicy) {
  EXPECT_EQ(normal("/a%2fb%5cc"), "/a%2Fb%5Cc");
  EXPECT_EQ(normal("/a%2fb", kRefuse), "path_slash_encoded");
  EXPECT_EQ(normal("/a%5Cb", kRefuse), "path_slash_encoded");
  EXPECT_EQ(normal("/a\\b", kRefuse), "path_slash_encoded");
  EXPECT_EQ(normal("/%zz/a\\b", kRefuse), "path_slash_encoded");
  EXPECT_EQ(normal("/a%2", kRefuse), "/a%2");
  EXPECT_EQ(normal("/a%2fb%5cc", kDecode), "/a/b\\c");
  EXPECT_EQ(normal("/a%2f..%2Fb", kDecode), "/b");
  EXPECT_EQ(normal("/a/%2f/b", kDecode), "/a/b");
  EXPECT_EQ(normal("/a%252fb", kDecode), "/a%252fb");
  EXPECT_EQ(normal("/%2f..%2f..", kDecode), "path_above_root");
}

TEST(NormalPath, RefusesNulHoweverTheRestLooks) {
  EXPECT_EQ(normal("/a%00"), "path_nul_byte");
  EXPECT_EQ(normal("/%00/b"), "path_nul_byte");
  EXPECT_EQ(normal("/%zz%00"), "path_nul_byte");
  EXPECT_EQ(normal("/%2f%00", kRefuse), "path_nul_byte");
}

TEST(NormalPath, DecodesNothingNextToABadEscape) {
  for (const char* path : {"/%", "/a%", "/%4", "/%zz", "/%4g", "/%%34%31", "/%C3%28%", "/100%/x"}) {
    const Normal result = normalized(path);
    EXPECT_TRUE(result.is_badly_escaped) << path;
    EXPECT_EQ(result.path, path);
  }
  // Dots are resolved all the same, however they are written: a backend will do so too.
  EXPECT_EQ(normal("/%/a/../b"), "/%/b");
  EXPECT_EQ(normal("/%/a/%2E%2e/b//c%2e"), "/%/b/c%2e");
  EXPECT_EQ(normal("/%/../.."), "path_above_root");
  EXPECT_EQ(normal("/%/../%61/%2f", kDecode), "/a/");
  EXPECT_EQ(normal("/a/%/../..%2f..", kDecode), "path_above_root");
  EXPECT_FALSE(normalized("/%41/..").is_badly_escaped);
}

TEST(NormalPath, TellsDotsThatOnlySomeReadersSee) {
  for (const char* path : {"/a/..;/b", "/a/..;x=y/b", "/.;/a", "/a/..%2Fb", "/a%2f../b", "/a%2f.",
                           "/a/..\\b", "/a\\..", "/a%5c%2e%2e%5cb", "/%2e%2e;/x", "/a;b%2F../c"}) {
    EXPECT_TRUE(normalized(path).hides_dots) << path;
  }
  for (const char* path : {"/a/;../b", "/a;../b", "/a..;b", "/a%2Fb", "/...;a", "/a.;b", "/a;..",
                           "/a/b;c=..", "/..a\\b", "/.a%2f"}) {
    EXPECT_FALSE(normalized(path).hides_dots) << path;
  }
}

// Every short path of the interesting characters, and long ones at random.
class Generated : public ::testing::TestWithParam<PathPolicy> {};

void expect_idempotent(const std::string& path, const PathPolicy& policy) {
  const Normal once = normalized(path, policy);
  if (!once.path.starts_with('/')) return;
  ASSERT_LE(once.path.size(), path.size());
  const Normal twice = normalized(once.path, policy);
  ASSERT_EQ(twice.path, once.path) << path;
  ASSERT_FALSE(twice.is_rewritten) << path;
  ASSERT_EQ(once.path.find("/../"), std::string::npos) << path;
  ASSERT_EQ(once.path.find("/./"), std::string::npos) << path;
  ASSERT_FALSE(once.path.ends_with("/..") || once.path.ends_with("/.")) << path;
}

TEST_P(Generated, NormalPathsAreTheirOwnNormalForm) {
  const std::string units[] = {"/", ".", "%", "2", "e", "a", "%2f", "%2E", "\\", ";"};
  std::vector<std::string> paths = {"/"};
  for (int length = 0; length < 4; ++length) {
    std::vector<std::string> longer;
    for (const std::string& path : paths) {
      expect_idempotent(path, GetParam());
      for (const std::string& unit : units) longer.push_back(path + unit);
    }
    paths = std::move(longer);
  }
  base::Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string path = "/";
    for (uint64_t left = random.below(40); left > 0; --left) path += units[random.below(10)];
    expect_idempotent(path, GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(NormalPath, Generated,
                         ::testing::Values(kKeep, kKeepSlashes, kDecode, kRefuse));

// The glance must never miss anything, wherever it stands.
TEST(NormalPath, SeesEachTelltaleAtEachPlace) {
  for (size_t size = 1; size <= 50; ++size) {
    std::string plain = "/";
    while (plain.size() < size) plain += plain.size() % 5 == 0 ? '/' : 'a';
    EXPECT_TRUE(is_plain_path(plain)) << plain;
    for (size_t at = 1; at < size; ++at) {
      for (const std::string telltale : {"%", "\\", "//", "/."}) {
        if (at + telltale.size() > size) continue;
        std::string path = "/" + std::string(size - 1, 'a');
        path.replace(at, telltale.size(), telltale);
        EXPECT_FALSE(is_plain_path(path)) << path;
      }
    }
  }
  EXPECT_TRUE(is_plain_path("/a.b/c.d/e../f.../g.tar.gz?x"));
}

}  // namespace
}  // namespace penstock::http
