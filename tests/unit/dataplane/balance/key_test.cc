// SPDX-License-Identifier: Apache-2.0
#include "dataplane/balance/key.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace penstock::balance {
namespace {

const base::IpAddress kSource = base::IpAddress::from_v4(0x0a000001);

uint64_t hash(KeySource::Kind kind, std::optional<std::string_view> field) {
  return hash_key({kind, "id"}, {kSource, "/a", field});
}

TEST(Key, IsTheSourceAddressThePathOrTheHeader) {
  EXPECT_EQ(hash(KeySource::Kind::SourceAddress, "x"), hash_key(kSource));
  EXPECT_EQ(hash(KeySource::Kind::Path, "x"), hash_key("/a"));
  EXPECT_EQ(hash(KeySource::Kind::Header, "x"), hash_key("x"));
}

TEST(Key, IsTheValueOfTheCookie) {
  EXPECT_EQ(hash(KeySource::Kind::Cookie, "a=b; id=x"), hash_key("x"));
}

TEST(Key, FallsBackToTheSourceAddress) {
  EXPECT_EQ(hash(KeySource::Kind::Header, std::nullopt), hash_key(kSource));
  EXPECT_EQ(hash(KeySource::Kind::Header, ""), hash_key(kSource));
  EXPECT_EQ(hash(KeySource::Kind::Cookie, std::nullopt), hash_key(kSource));
  EXPECT_EQ(hash(KeySource::Kind::Cookie, "a=b"), hash_key(kSource));
  EXPECT_EQ(hash(KeySource::Kind::Cookie, "id="), hash_key(kSource));
}

TEST(Key, SaysWhichFieldToLookUp) {
  EXPECT_EQ(key_field_name({KeySource::Kind::Header, "X-User"}), "X-User");
  EXPECT_EQ(key_field_name({KeySource::Kind::Cookie, "id"}), "cookie");
  EXPECT_EQ(key_field_name({KeySource::Kind::Path, ""}), "");
  EXPECT_EQ(key_field_name({KeySource::Kind::SourceAddress, ""}), "");
}

// Nodes of different versions share clients: these numbers must never change.
TEST(Key, HashesAlikeForEver) {
  EXPECT_EQ(hash_key(std::string_view{}), 17868545453603435718ull);
  EXPECT_EQ(hash_key("/index.html"), 7502734413668378497ull);
  EXPECT_EQ(hash_key(kSource), 6233303984852791546ull);
}

TEST(Key, HashesDifferentKeysDifferently) {
  std::set<uint64_t> seen;
  for (uint32_t i = 0; i < 10'000; ++i) {
    seen.insert(hash_key("user" + std::to_string(i)));
    seen.insert(hash_key(std::string(i % 100, 'a') + std::to_string(i)));
    seen.insert(hash_key(base::IpAddress::from_v4(i)));
    seen.insert(hash_key(base::IpAddress::from_v6(0x20010db8ull << 32, i)));
  }
  EXPECT_EQ(seen.size(), 40'000u);
}

TEST(Cookie, IsFoundWhereverItStands) {
  EXPECT_EQ(cookie_value("id=1; b=2; c=3", "id"), "1");
  EXPECT_EQ(cookie_value("id=1; b=2; c=3", "b"), "2");
  EXPECT_EQ(cookie_value("id=1;b=2;  c=3", "c"), "3");
}

TEST(Cookie, IsNotThereUnderAnotherName) {
  EXPECT_EQ(cookie_value("xid=1; idx=2; ID=3; id", "id"), std::nullopt);
  EXPECT_EQ(cookie_value("", "id"), std::nullopt);
  EXPECT_EQ(cookie_value(";;;", "id"), std::nullopt);
}

TEST(Cookie, TakesTheFirstOfTwo) { EXPECT_EQ(cookie_value("id=1; id=2", "id"), "1"); }

TEST(Cookie, LosesItsQuotes) {
  EXPECT_EQ(cookie_value("id=\"x=y\"", "id"), "x=y");
  EXPECT_EQ(cookie_value("id=\"", "id"), "\"");
}

TEST(Cookie, MayBeEmpty) { EXPECT_EQ(cookie_value("id=; a=b", "id"), ""); }

}  // namespace
}  // namespace penstock::balance
