// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/proxy_protocol.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/http/byte_sink.h"

namespace penstock::proxy {

namespace {

using State = ProxyHeaderStep::State;
using base::IpAddress;

constexpr std::string_view kSignatureV1 = "PROXY ";
constexpr std::string_view kSignatureV2("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr size_t kFixedBytesV2 = 16;
constexpr size_t kAddressBytesV4 = 12;
constexpr size_t kAddressBytesV6 = 36;
static_assert(base::kProxyHeaderBytesMax >= kFixedBytesV2 + kAddressBytesV6);

constexpr ProxyHeaderStep kNeedMore{};
constexpr ProxyHeaderStep kError{State::Error, 0, std::nullopt};

ProxyHeaderStep complete(size_t bytes, std::optional<ClientEndpoints> endpoints) noexcept {
  return {State::Complete, static_cast<uint32_t>(bytes), endpoints};
}

// The next word of a version 1 line; single spaces stand between words.
std::string_view next_word(std::string_view& line) noexcept {
  const size_t space = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, space);
  line.remove_prefix(std::min(space + 1, line.size()));
  return word;
}

std::optional<uint16_t> parse_port(std::string_view digits) noexcept {
  const bool has_leading_zero = digits.size() > 1 && digits.front() == '0';
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool is_number = error == std::errc{} && end == digits.data() + digits.size();
  if (!is_number || has_leading_zero) return std::nullopt;
  return port;
}

// An IPv4 address that is written as IPv6 is one of the latter here.
std::optional<IpAddress> parse_address(std::string_view text, base::IpFamily family) noexcept {
  const bool is_v6 = text.find(':') != std::string_view::npos;
  return is_v6 == (family == base::IpFamily::V6) ? IpAddress::parse(text) : std::nullopt;
}

// "TCP4 10.0.0.1 10.0.0.2 1000 80"
std::optional<ClientEndpoints> parse_addresses_v1(std::string_view line,
                                                  base::IpFamily family) noexcept {
  const auto client = parse_address(next_word(line), family);
  const auto server = parse_address(next_word(line), family);
  const auto client_port = parse_port(next_word(line));
  const auto server_port = parse_port(next_word(line));
  if (!client || !server || !client_port || !server_port || !line.empty()) return std::nullopt;
  return ClientEndpoints{{*client, *client_port}, {*server, *server_port}};
}

ProxyHeaderStep parse_v1(std::string_view received) noexcept {
  const size_t end = received.substr(0, kProxyHeaderWrittenMax).find("\r\n");
  if (end == std::string_view::npos) {
    return received.size() < kProxyHeaderWrittenMax ? kNeedMore : kError;
  }
  const size_t bytes = end + 2;
  if (end < kSignatureV1.size() || received[end - 1] == ' ') return kError;
  std::string_view line = received.substr(kSignatureV1.size(), end - kSignatureV1.size());
  const std::string_view protocol = next_word(line);
  // What follows UNKNOWN is to be ignored.
  if (protocol == "UNKNOWN") return complete(bytes, std::nullopt);
  if (protocol != "TCP4" && protocol != "TCP6") return kError;
  const auto family = protocol == "TCP4" ? base::IpFamily::V4 : base::IpFamily::V6;
  const auto endpoints = parse_addresses_v1(line, family);
  return endpoints ? complete(bytes, endpoints) : kError;
}

uint64_t big_endian(std::string_view bytes) noexcept {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

IpAddress address_at(std::string_view bytes, base::IpFamily family) noexcept {
  if (family == base::IpFamily::V4) {
    return IpAddress::from_v4(static_cast<uint32_t>(big_endian(bytes.substr(0, 4))));
  }
  return IpAddress::from_v6(big_endian(bytes.substr(0, 8)), big_endian(bytes.substr(8, 8)));
}

ClientEndpoints addresses_v2(std::string_view bytes, base::IpFamily family) noexcept {
  const size_t size = family == base::IpFamily::V4 ? 4 : 16;
  const auto port_at = [&](size_t offset) {
    return static_cast<uint16_t>(big_endian(bytes.substr(offset, 2)));
  };
  return {{address_at(bytes, family), port_at(2 * size)},
          {address_at(bytes.substr(size), family), port_at(2 * size + 2)}};
}

ProxyHeaderStep parse_v2(std::string_view received) noexcept {
  if (received.size() < kFixedBytesV2) return kNeedMore;
  const auto version_and_command = static_cast<uint8_t>(received[12]);
  const auto family_and_protocol = static_cast<uint8_t>(received[13]);
  const size_t length = big_endian(received.substr(14, 2));
  const size_t bytes = kFixedBytesV2 + length;
  if (version_and_command >> 4 != 2 || bytes > base::kProxyHeaderBytesMax) return kError;
  constexpr uint8_t kLocal = 0, kProxy = 1;
  const uint8_t command = version_and_command & 0xf;
  if (command != kLocal && command != kProxy) return kError;
  constexpr uint8_t kTcpOverIpv4 = 0x11, kTcpOverIpv6 = 0x21;
  const bool is_v4 = family_and_protocol == kTcpOverIpv4;
  const bool is_v6 = family_and_protocol == kTcpOverIpv6;
  const bool is_short = (is_v4 && length < kAddressBytesV4) || (is_v6 && length < kAddressBytesV6);
  if (command == kProxy && is_short) return kError;
  if (received.size() < bytes) return kNeedMore;
  if (command == kLocal || (!is_v4 && !is_v6)) return complete(bytes, std::nullopt);
  return complete(bytes, addresses_v2(received.substr(kFixedBytesV2, length),
                                      is_v4 ? base::IpFamily::V4 : base::IpFamily::V6));
}

void append_number(http::ByteSink& sink, uint32_t number) noexcept {
  std::array<char, 10> digits;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  sink.append({digits.data(), static_cast<size_t>(written.ptr - digits.data())});
}

void append_big_endian(http::ByteSink& sink, uint64_t value, size_t bytes) noexcept {
  std::array<char, 8> room;
  for (size_t i = 0; i < bytes; ++i) {
    room[i] = static_cast<char>(value >> (8 * (bytes - 1 - i)));
  }
  sink.append({room.data(), bytes});
}

// One header names addresses of one family: of two, IPv4 is written as IPv6 (RFC 4291 2.5.5.2).
base::IpFamily family_of(const ClientEndpoints& endpoints) noexcept {
  const bool is_v4 = endpoints.client.address.is_v4() && endpoints.server.address.is_v4();
  return is_v4 ? base::IpFamily::V4 : base::IpFamily::V6;
}

void append_address_text(http::ByteSink& sink, IpAddress address, base::IpFamily family) noexcept {
  std::array<char, IpAddress::kTextBytesMax> text;
  if (family == base::IpFamily::V6 && address.is_v4()) sink.append("::ffff:");
  sink.append(address.format_into(text));
  sink.append(" ");
}

void emit_v1(http::ByteSink& sink, const ClientEndpoints& endpoints) noexcept {
  const base::IpFamily family = family_of(endpoints);
  sink.append(family == base::IpFamily::V4 ? "PROXY TCP4 " : "PROXY TCP6 ");
  append_address_text(sink, endpoints.client.address, family);
  append_address_text(sink, endpoints.server.address, family);
  append_number(sink, endpoints.client.port);
  sink.append(" ");
  append_number(sink, endpoints.server.port);
  sink.append("\r\n");
}

void append_address(http::ByteSink& sink, IpAddress address, base::IpFamily family) noexcept {
  if (family == base::IpFamily::V4) return append_big_endian(sink, address.v4(), 4);
  append_big_endian(sink, address.high(), 8);
  append_big_endian(sink, address.low(), 8);
}

void emit_v2(http::ByteSink& sink, const ClientEndpoints& endpoints) noexcept {
  const base::IpFamily family = family_of(endpoints);
  const bool is_v4 = family == base::IpFamily::V4;
  sink.append(kSignatureV2);
  sink.append(is_v4 ? "\x21\x11" : "\x21\x21");
  append_big_endian(sink, is_v4 ? kAddressBytesV4 : kAddressBytesV6, 2);
  append_address(sink, endpoints.client.address, family);
  append_address(sink, endpoints.server.address, family);
  append_big_endian(sink, endpoints.client.port, 2);
  append_big_endian(sink, endpoints.server.port, 2);
}

}  // namespace

ProxyHeaderStep parse_proxy_header(base::ByteSpan received) noexcept {
  const std::string_view text = base::as_text(received);
  const auto begins_like = [text](std::string_view signature) {
    return text.substr(0, signature.size()) == signature.substr(0, text.size());
  };
  if (text.empty()) return kNeedMore;
  if (begins_like(kSignatureV2)) return parse_v2(text);
  return begins_like(kSignatureV1) ? parse_v1(text) : kError;
}

size_t emit_proxy_header(ProxyHeaderVersion version, const ClientEndpoints& endpoints,
                         std::array<char, kProxyHeaderWrittenMax>& room) noexcept {
  http::SpanSink sink({reinterpret_cast<uint8_t*>(room.data()), room.size()});
  if (version == ProxyHeaderVersion::V1) {
    emit_v1(sink, endpoints);
  } else {
    emit_v2(sink, endpoints);
  }
  DCHECK(!sink.overflowed());
  return sink.size();
}

}  // namespace penstock::proxy
