// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/proxy_protocol.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "dataplane/base/limits.h"
#include "tests/support/every_split.h"

namespace penstock::proxy {
namespace {

using HeaderState = ProxyHeaderStep::State;
using base::Endpoint;

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

// `length` is what the header claims; the bytes behind it are `body`.
std::string v2(uint8_t version_and_command, uint8_t family, uint16_t length,
               std::string_view body) {
  std::string header = kSignature;
  header += static_cast<char>(version_and_command);
  header += static_cast<char>(family);
  header += static_cast<char>(length >> 8);
  header += static_cast<char>(length);
  return header + std::string(body);
}

const std::string kBodyV4("\x0a\x00\x00\x07\x0a\x00\x00\x01\x30\x39\x00\x50", 12);
const ClientEndpoints kEndpointsV4{*Endpoint::parse("10.0.0.7:12345"),
                                   *Endpoint::parse("10.0.0.1:80")};
const ClientEndpoints kEndpointsV6{*Endpoint::parse("[2001:db8::7]:12345"),
                                   *Endpoint::parse("[2001:db8::1]:80")};

ProxyHeaderStep parse(std::string_view text) { return parse_proxy_header(base::as_bytes(text)); }

// Shows the header piece by piece, as it grows, with `rest` behind it.
void expect_at_every_split(const std::string& header, std::optional<ClientEndpoints> endpoints) {
  support::for_every_split(header + "GET / HTTP/1.1\r\n", [&](const support::Pieces& pieces) {
    std::string received;
    for (const support::Piece& piece : pieces) {
      received.append(piece.begin(), piece.end());
      const ProxyHeaderStep step = parse(received);
      if (received.size() < header.size()) {
        ASSERT_EQ(step.state, HeaderState::NeedMore) << received.size();
        continue;
      }
      ASSERT_EQ(step.state, HeaderState::Complete) << received.size();
      EXPECT_EQ(step.bytes, header.size());
      EXPECT_EQ(step.endpoints, endpoints);
    }
  });
}

TEST(ProxyProtocol, ReadsVersion1) {
  expect_at_every_split("PROXY TCP4 10.0.0.7 10.0.0.1 12345 80\r\n", kEndpointsV4);
  expect_at_every_split("PROXY TCP6 2001:db8::7 2001:db8::1 12345 80\r\n", kEndpointsV6);
}

TEST(ProxyProtocol, TakesUnknownForAConnectionThatSpeaksForItself) {
  expect_at_every_split("PROXY UNKNOWN\r\n", std::nullopt);
  expect_at_every_split("PROXY UNKNOWN whatever 1 2 3\r\n", std::nullopt);
}

TEST(ProxyProtocol, ReadsVersion2) {
  expect_at_every_split(v2(0x21, 0x11, 12, kBodyV4), kEndpointsV4);
  std::string body_v6("\x20\x01\x0d\xb8", 4);
  body_v6 += std::string(11, '\0') + "\x07" + std::string("\x20\x01\x0d\xb8", 4) +
             std::string(11, '\0') + std::string("\x01\x30\x39\x00\x50", 5);
  expect_at_every_split(v2(0x21, 0x21, 36, body_v6), kEndpointsV6);
}

TEST(ProxyProtocol, SkipsTheExtensionsOfVersion2) {
  expect_at_every_split(v2(0x21, 0x11, 12 + 7,
                           kBodyV4 + std::string("\x04\x00\x04"
                                                 "wxyz",
                                                 7)),
                        kEndpointsV4);
  const std::string longest(base::kProxyHeaderBytesMax - 16 - 12, 'x');
  const std::string header =
      v2(0x21, 0x11, static_cast<uint16_t>(12 + longest.size()), kBodyV4 + longest);
  EXPECT_EQ(parse(header).bytes, base::kProxyHeaderBytesMax);
}

TEST(ProxyProtocol, TakesALocalConnectionForOneThatSpeaksForItself) {
  expect_at_every_split(v2(0x20, 0x00, 0, ""), std::nullopt);
  expect_at_every_split(v2(0x20, 0x11, 12, kBodyV4), std::nullopt);
  // And what is no TCP over IP: a unix socket, UDP, unspecified.
  expect_at_every_split(v2(0x21, 0x31, 4, "abcd"), std::nullopt);
  expect_at_every_split(v2(0x21, 0x12, 12, kBodyV4), std::nullopt);
  expect_at_every_split(v2(0x21, 0x00, 0, ""), std::nullopt);
}

TEST(ProxyProtocol, RefusesWhatIsNoHeaderAtItsFirstWrongByte) {
  for (const char* text : {"G", "GET / HTTP/1.1\r\n", "PROX ", "PROXYX", "\r\n\r\nX", "\n"}) {
    EXPECT_EQ(parse(text).state, HeaderState::Error) << text;
  }
}

TEST(ProxyProtocol, RefusesAWrongVersion1Line) {
  for (const char* line :
       {"PROXY TCP4 10.0.0.7 10.0.0.1 12345\r\n", "PROXY TCP4 10.0.0.7 10.0.0.1 12345 80 1\r\n",
        "PROXY TCP4 10.0.0.7 10.0.0.1 12345 80 \r\n", "PROXY  TCP4 10.0.0.7 10.0.0.1 1 80\r\n",
        "PROXY TCP4 10.0.0.7 10.0.0.1 65536 80\r\n", "PROXY TCP4 10.0.0.7 10.0.0.1 -1 80\r\n",
        "PROXY TCP4 10.0.0.7 10.0.0.1 012 80\r\n", "PROXY TCP4 10.0.0.7 10.0.0.1 +1 80\r\n",
        "PROXY TCP4 10.0.0.256 10.0.0.1 1 80\r\n", "PROXY TCP4 2001:db8::7 10.0.0.1 1 80\r\n",
        "PROXY TCP6 10.0.0.7 10.0.0.1 1 80\r\n", "PROXY TCP4 example.com 10.0.0.1 1 80\r\n",
        "PROXY tcp4 10.0.0.7 10.0.0.1 1 80\r\n", "PROXY\r\n", "PROXY \r\n",
        "PROXYTCP4 10.0.0.7 10.0.0.1 1 80\r\n", "PROXY UDP4 10.0.0.7 10.0.0.1 1 80\r\n"}) {
    EXPECT_EQ(parse(line).state, HeaderState::Error) << line;
  }
}

TEST(ProxyProtocol, RefusesAVersion1LineThatHasNoEnd) {
  const std::string line = "PROXY UNKNOWN " + std::string(200, 'x');
  EXPECT_EQ(parse(line.substr(0, 106)).state, HeaderState::NeedMore);
  EXPECT_EQ(parse(line.substr(0, 107)).state, HeaderState::Error);
  // A bare line feed ends no line.
  EXPECT_EQ(parse("PROXY TCP4 10.0.0.7 10.0.0.1 1 80\n").state, HeaderState::NeedMore);
}

TEST(ProxyProtocol, RefusesAWrongVersion2Header) {
  EXPECT_EQ(parse(v2(0x11, 0x11, 12, kBodyV4)).state, HeaderState::Error) << "version 1";
  EXPECT_EQ(parse(v2(0x22, 0x11, 12, kBodyV4)).state, HeaderState::Error) << "unknown command";
  EXPECT_EQ(parse(v2(0x21, 0x11, 11, kBodyV4)).state, HeaderState::Error) << "too short for IPv4";
  EXPECT_EQ(parse(v2(0x21, 0x21, 35, kBodyV4)).state, HeaderState::Error) << "too short for IPv6";
  EXPECT_EQ(parse(v2(0x21, 0x11, 0xffff, kBodyV4)).state, HeaderState::Error) << "too long";
}

class Written : public ::testing::TestWithParam<ProxyHeaderVersion> {
 protected:
  std::string emit(const ClientEndpoints& endpoints) {
    std::array<char, kProxyHeaderWrittenMax> room;
    const size_t size = emit_proxy_header(GetParam(), endpoints, room);
    return {room.data(), size};
  }
};

TEST_P(Written, IsReadBack) {
  expect_at_every_split(emit(kEndpointsV4), kEndpointsV4);
  expect_at_every_split(emit(kEndpointsV6), kEndpointsV6);
}

TEST_P(Written, NamesTwoFamiliesAsIpv6) {
  const ClientEndpoints mixed{kEndpointsV4.client, kEndpointsV6.server};
  const std::string header = emit(mixed);
  expect_at_every_split(header, mixed);
  EXPECT_NE(header.find(GetParam() == ProxyHeaderVersion::V1 ? "TCP6 ::ffff:10.0.0.7 2001:db8::1"
                                                             : std::string("\x21\x21", 2)),
            std::string::npos);
}

TEST_P(Written, FitsItsRoomAtItsLongest) {
  const auto longest = *Endpoint::parse("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
  EXPECT_LE(emit({longest, longest}).size(), kProxyHeaderWrittenMax);
}

INSTANTIATE_TEST_SUITE_P(Versions, Written,
                         ::testing::Values(ProxyHeaderVersion::V1, ProxyHeaderVersion::V2));

}  // namespace
}  // namespace penstock::proxy
