// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/field.h"

#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <utility>
#include <vector>

namespace penstock::http {
namespace {

const std::vector<std::pair<std::string, FieldId>>& known_fields() {
  static const std::vector<std::pair<std::string, FieldId>> known = {
      {"Host", FieldId::Host},
      {"Content-Length", FieldId::ContentLength},
      {"Transfer-Encoding", FieldId::TransferEncoding},
      {"Connection", FieldId::Connection},
      {"Keep-Alive", FieldId::KeepAlive},
      {"Proxy-Connection", FieldId::ProxyConnection},
      {"TE", FieldId::Te},
      {"Trailer", FieldId::Trailer},
      {"Upgrade", FieldId::Upgrade},
      {"Expect", FieldId::Expect},
      {"Cookie", FieldId::Cookie},
      {"Authorization", FieldId::Authorization},
      {"User-Agent", FieldId::UserAgent},
      {"Referer", FieldId::Referer},
      {"X-Forwarded-For", FieldId::XForwardedFor},
      {"X-Forwarded-Proto", FieldId::XForwardedProto},
      {"X-Forwarded-Port", FieldId::XForwardedPort},
      {"X-Forwarded-Host", FieldId::XForwardedHost},
      {"Forwarded", FieldId::Forwarded},
      {"Via", FieldId::Via},
      {"X-Request-ID", FieldId::XRequestId},
      {"Date", FieldId::Date},
      {"Max-Forwards", FieldId::MaxForwards},
  };
  return known;
}

TEST(Field, KnowsEveryNameInAnyCase) {
  EXPECT_EQ(known_fields().size() + 2, kFieldIds);  // Other and Dropped have none
  for (const auto& [name, id] : known_fields()) {
    std::string upper = name;
    std::string lower = name;
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    for (char& c : lower) c = static_cast<char>(std::tolower(c));
    EXPECT_EQ(field_id(name), id) << name;
    EXPECT_EQ(field_id(upper), id) << name;
    EXPECT_EQ(field_id(lower), id) << name;
  }
}

TEST(Field, TakesNoNameThatDiffersInOneCharacter) {
  const std::string token_characters =
      "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (const auto& [name, id] : known_fields()) {
    for (size_t at = 0; at < name.size(); ++at) {
      for (const char c : token_characters) {
        if (std::tolower(c) == std::tolower(name[at])) continue;
        std::string other = name;
        other[at] = c;
        EXPECT_NE(field_id(other), id) << other;
      }
    }
  }
}

TEST(Field, TakesNoNameThatIsLongerOrShorter) {
  for (const auto& [name, id] : known_fields()) {
    EXPECT_NE(field_id(name + "s"), id);
    EXPECT_NE(field_id(name.substr(0, name.size() - 1)), id);
  }
  EXPECT_EQ(field_id(""), FieldId::Other);
}

TEST(Field, ComparesWithoutCaseButWithLength) {
  EXPECT_TRUE(equals_ignore_case("Keep-Alive", "keep-aLIVE"));
  EXPECT_FALSE(equals_ignore_case("keep-alive", "keep-aliv"));
  EXPECT_FALSE(equals_ignore_case("a[b", "a{b"));
}

}  // namespace
}  // namespace penstock::http
