// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/semantics.h"

#include <gtest/gtest.h>

#include <string>

#include "dataplane/base/limits.h"
#include "tests/unit/dataplane/http/parsed_head.h"

namespace penstock::http {
namespace {

ConnectionOptions options_of(const std::string& field_lines) {
  const auto request = request_with(field_lines);
  return connection_options(request.head.fields, request.bytes());
}

TEST(Persistence, IsTheDefaultOfHttp11AndAWishInHttp10) {
  EXPECT_TRUE(keeps_alive(Version::Http11, options_of("")));
  EXPECT_FALSE(keeps_alive(Version::Http10, options_of("")));
  EXPECT_TRUE(keeps_alive(Version::Http10, options_of("Connection: Keep-Alive\r\n")));
}

TEST(Persistence, EndsWithCloseInAnyConnectionField) {
  EXPECT_FALSE(keeps_alive(Version::Http11, options_of("Connection: CLOSE\r\n")));
  EXPECT_FALSE(
      keeps_alive(Version::Http11, options_of("Connection: x\r\nConnection: y, close\r\n")));
  EXPECT_FALSE(keeps_alive(Version::Http10, options_of("Connection: keep-alive, close\r\n")));
  EXPECT_TRUE(keeps_alive(Version::Http11, options_of("Connection: closed\r\n")));
}

// Each is compared with each field, so that many of both would be a lot of work.
TEST(ConnectionOptions, AreBounded) {
  std::string most = "a";
  for (uint32_t i = 1; i < base::kConnectionOptionsMax; ++i) most += ",a";
  EXPECT_FALSE(options_of("Connection: " + most + "\r\n").are_too_many);
  EXPECT_TRUE(options_of("Connection: " + most + ",a\r\n").are_too_many);
  EXPECT_TRUE(options_of("Connection: " + most + "\r\nConnection: keep-alive\r\n").are_too_many);
}

TEST(ConnectionOptions, TellNominationsFromWhatIsHopByHopAnyway) {
  EXPECT_FALSE(options_of("Connection: close, keep-alive, TE, upgrade, , Host\r\n").nominates);
  EXPECT_TRUE(options_of("Connection: keep-alive, X-Trace\r\n").nominates);
  EXPECT_TRUE(options_of("Connection: Upgrade\r\n").upgrade);
}

TEST(Nomination, TakesFieldsByNameWithoutCase) {
  const auto request = request_with("Connection: a, X-ONE\r\nX-One: 1\r\nX-On: 2\r\n");
  const FieldTable& fields = request.head.fields;
  EXPECT_TRUE(is_nominated(*fields.find("x-one", request.bytes()), fields, request.bytes()));
  EXPECT_FALSE(is_nominated(*fields.find("x-on", request.bytes()), fields, request.bytes()));
}

TEST(Nomination, CannotTakeFieldsThatAreEndToEnd) {
  const auto request = request_with("Connection: Host, Cookie\r\nCookie: a=b\r\n");
  const FieldTable& fields = request.head.fields;
  EXPECT_FALSE(is_nominated(*fields.find(FieldId::Host), fields, request.bytes()));
  EXPECT_FALSE(is_nominated(*fields.find(FieldId::Cookie), fields, request.bytes()));
}

TEST(HopByHop, IsTheListOfRfc9110) {
  unsigned hop_by_hop = 0;
  for (unsigned id = 0; id < kFieldIds; ++id) {
    hop_by_hop += is_hop_by_hop(static_cast<FieldId>(id)) ? 1 : 0;
  }
  EXPECT_EQ(hop_by_hop, 7u);
  EXPECT_TRUE(is_hop_by_hop(FieldId::TransferEncoding));
  EXPECT_FALSE(is_hop_by_hop(FieldId::ContentLength));
  EXPECT_FALSE(is_hop_by_hop(FieldId::Other));
}

TEST(Methods, AreSafeAndIdempotentAsInRfc9110) {
  for (const Method m : {Method::Get, Method::Head, Method::Options, Method::Trace}) {
    EXPECT_TRUE(is_safe(m) && is_idempotent(m));
  }
  for (const Method m : {Method::Put, Method::Delete}) {
    EXPECT_TRUE(!is_safe(m) && is_idempotent(m));
  }
  for (const Method m : {Method::Post, Method::Patch, Method::Connect, Method::Other}) {
    EXPECT_TRUE(!is_safe(m) && !is_idempotent(m));
  }
}

TEST(Expectation, IsContinueInHttp11Only) {
  const auto request = request_with("Expect: 100-Continue\r\n");
  EXPECT_TRUE(expects_continue(request.head, request.bytes()));
  const auto other = request_with("Expect: something\r\n");
  EXPECT_FALSE(expects_continue(other.head, other.bytes()));
  const ParsedRequest old("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_FALSE(expects_continue(old.head, old.bytes()));
}

TEST(ParseHost, SplitsHostAndPort) {
  EXPECT_EQ(parse_host("example.com")->host, "example.com");
  EXPECT_EQ(parse_host("example.com")->port, "");
  EXPECT_EQ(parse_host("example.com:8080")->port, "8080");
  EXPECT_EQ(parse_host("example.com:")->host, "example.com");
  EXPECT_EQ(parse_host("10.0.0.1:65535")->host, "10.0.0.1");
  EXPECT_EQ(parse_host("[2001:db8::1]:443")->host, "[2001:db8::1]");
  EXPECT_EQ(parse_host("[::ffff:10.0.0.1]")->host, "[::ffff:10.0.0.1]");
  EXPECT_EQ(parse_host("example.com.:80")->host, "example.com.");
}

// RFC 1035 2.3.4.
TEST(ParseHost, TakesNamesAsLongAsTheyMayBe) {
  const std::string label(63, 'a');
  const std::string name = label + "." + label + "." + label + "." + std::string(61, 'a');
  EXPECT_EQ(name.size(), 253u);
  EXPECT_TRUE(parse_host(name).has_value());
  EXPECT_TRUE(parse_host(name + ".").has_value());
  EXPECT_FALSE(parse_host(name + "a").has_value());
  EXPECT_FALSE(parse_host("a" + label).has_value());
  EXPECT_FALSE(parse_host("b." + label + "a.c").has_value());
}

TEST(ParseHost, RefusesWhatIsNotOneHost) {
  for (const char* text : {"",
                           ":80",
                           "a b",
                           "a,b",
                           "a/b",
                           "user@a",
                           "a:b",
                           "a:80:80",
                           "a:65536",
                           "a:-1",
                           "a:99999999999",
                           "a\\b",
                           "a?b",
                           "a#b",
                           "[::1",
                           "::1",
                           "[]",
                           "[:",
                           "[1]",
                           "[v1.a]",
                           "[::1]x",
                           "[::g]",
                           "a%41",
                           "a;b",
                           ".",
                           "..",
                           ".a",
                           "a..b",
                           "a..",
                           "[:::]",
                           "[1:2]",
                           "[::::::]",
                           "[1.2.3.4]",
                           "\xc3\xa4.com",
                           "a\tb"}) {
    EXPECT_FALSE(parse_host(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace penstock::http
