// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstdio>
#include <cstring>

namespace penstock::base {

namespace {

uint64_t load_big_endian(const uint8_t* bytes) noexcept {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

void store_big_endian(uint64_t value, uint8_t* bytes) noexcept {
  for (int i = 7; i >= 0; --i, value >>= 8) bytes[i] = static_cast<uint8_t>(value);
}

// "0." to "255.", each in four bytes.
struct OctetText {
  std::array<char, 4> text{};
  uint8_t size = 0;
};

constexpr std::array<OctetText, 256> make_octet_texts() noexcept {
  std::array<OctetText, 256> texts{};
  for (unsigned value = 0; value < texts.size(); ++value) {
    OctetText& octet = texts[value];
    for (const unsigned unit : {100u, 10u, 1u}) {
      if (value < unit && unit > 1) continue;
      octet.text[octet.size++] = static_cast<char>('0' + value / unit % 10);
    }
    octet.text[octet.size++] = '.';
  }
  return texts;
}
constexpr std::array<OctetText, 256> kOctetTexts = make_octet_texts();

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  std::array<char, kTextBytesMax> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  text.copy(terminated.data(), text.size());
  in_addr v4{};
  if (inet_pton(AF_INET, terminated.data(), &v4) == 1) return from_v4(ntohl(v4.s_addr));
  in6_addr v6{};
  if (inet_pton(AF_INET6, terminated.data(), &v6) == 1) {
    return from_v6(load_big_endian(v6.s6_addr), load_big_endian(v6.s6_addr + 8));
  }
  return std::nullopt;
}

std::string IpAddress::format() const {
  std::array<char, kTextBytesMax> room;
  return std::string(format_into(room));
}

std::string_view IpAddress::format_into(std::array<char, kTextBytesMax>& room) const noexcept {
  if (!is_v4()) {
    in6_addr v6{};
    store_big_endian(high_, v6.s6_addr);
    store_big_endian(low_, v6.s6_addr + 8);
    inet_ntop(AF_INET6, &v6, room.data(), static_cast<socklen_t>(room.size()));
    return room.data();
  }
  // Once per request, so neither by inet_ntop(), which formats through snprintf(), nor by division.
  char* at = room.data();
  for (int shift = 24; shift >= 0; shift -= 8) {
    const OctetText& octet = kOctetTexts[v4() >> shift & 0xff];
    std::memcpy(at, octet.text.data(), octet.text.size());
    at += octet.size;
  }
  return {room.data(), static_cast<size_t>(at - room.data()) - 1};
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const std::string_view digits = text.substr(slash + 1);
  unsigned length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (length > (address->is_v4() ? 32u : 128u)) return std::nullopt;
  return IpPrefix{*address, static_cast<uint8_t>(length)};
}

std::string IpPrefix::format() const { return address.format() + "/" + std::to_string(length); }

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  // Without brackets the last group of an IPv6 address would be taken for a port.
  if (!address || bracketed != (host.find(':') != std::string_view::npos)) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (port == 0) return std::nullopt;
  return Endpoint{*address, port};
}

std::string Endpoint::format() const {
  const std::string host = address.format();
  return (address.is_v4() ? host : "[" + host + "]") + ":" + std::to_string(port);
}

std::string format(MacAddress mac) {
  char text[18];
  std::snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", mac.octets[0], mac.octets[1],
                mac.octets[2], mac.octets[3], mac.octets[4], mac.octets[5]);
  return text;
}

}  // namespace penstock::base
