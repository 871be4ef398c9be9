// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/proxy_header_text.h"

#include <array>
#include <sstream>

namespace penstock::fuzz {
namespace {

constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr size_t kFixedBytes = 16;
constexpr size_t kLineBytesMax = 107;

std::string big_endian(uint64_t value, size_t bytes) {
  std::string text;
  for (size_t i = bytes; i > 0; --i) text += static_cast<char>(value >> (8 * (i - 1)) & 0xff);
  return text;
}

uint64_t number_at(std::string_view bytes, size_t at, size_t count) {
  uint64_t value = 0;
  for (const char byte : bytes.substr(at, count)) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

// One header names addresses of one family: of two, IPv4 is written as IPv6 (RFC 4291 2.5.5.2).
base::IpFamily family_of(const ConnectionEnds& ends) {
  const bool is_v4 = ends.client.address.is_v4() && ends.server.address.is_v4();
  return is_v4 ? base::IpFamily::V4 : base::IpFamily::V6;
}

std::string address_bytes(base::IpAddress address, base::IpFamily family) {
  if (family == base::IpFamily::V4) return big_endian(address.v4(), 4);
  return big_endian(address.high(), 8) + big_endian(address.low(), 8);
}

std::string address_text(base::IpAddress address, base::IpFamily family) {
  return (address.is_v4() && family == base::IpFamily::V6 ? "::ffff:" : "") + address.format();
}

base::IpAddress address_at(std::string_view bytes, size_t at, size_t size) {
  if (size == 4) return base::IpAddress::from_v4(static_cast<uint32_t>(number_at(bytes, at, 4)));
  return base::IpAddress::from_v6(number_at(bytes, at, 8), number_at(bytes, at + 8, 8));
}

ReadHeader read_v2(std::string_view stream) {
  if (stream.size() < kFixedBytes) return {};
  const auto command = static_cast<uint8_t>(stream[12]);
  const auto protocol = static_cast<uint8_t>(stream[13]);
  const size_t length = number_at(stream, 14, 2);
  if ((command != 0x20 && command != 0x21) || stream.size() < kFixedBytes + length) return {};
  ReadHeader header{.is_there = true, .bytes = kFixedBytes + length, .ends = std::nullopt};
  if (command == 0x20 || (protocol != 0x11 && protocol != 0x21)) return header;
  const size_t size = protocol == 0x11 ? 4 : 16;
  if (length < 2 * size + 4) return {};
  const std::string_view body = stream.substr(kFixedBytes);
  header.ends = ConnectionEnds{
      {address_at(body, 0, size), static_cast<uint16_t>(number_at(body, 2 * size, 2))},
      {address_at(body, size, size), static_cast<uint16_t>(number_at(body, 2 * size + 2, 2))}};
  return header;
}

ReadHeader read_v1(std::string_view stream) {
  const size_t end = stream.substr(0, kLineBytesMax).find("\r\n");
  if (end == std::string_view::npos) return {};
  std::istringstream line{std::string(stream.substr(0, end))};
  std::array<std::string, 6> words;
  for (std::string& word : words) line >> word;
  ReadHeader header{.is_there = true, .bytes = end + 2, .ends = std::nullopt};
  if (words[0] != "PROXY") return {};
  if (words[1] == "UNKNOWN") return header;
  const auto client = base::IpAddress::parse(words[2]);
  const auto server = base::IpAddress::parse(words[3]);
  const bool has_ports = words[4].find_first_not_of("0123456789") == std::string::npos &&
                         words[5].find_first_not_of("0123456789") == std::string::npos &&
                         !words[4].empty() && !words[5].empty() && words[4].size() <= 5 &&
                         words[5].size() <= 5;
  if (!client || !server || !has_ports) return {};
  header.ends = ConnectionEnds{{*client, static_cast<uint16_t>(std::stoul(words[4]))},
                               {*server, static_cast<uint16_t>(std::stoul(words[5]))}};
  return header;
}

}  // namespace

std::string written_v1(const ConnectionEnds& ends) {
  const base::IpFamily family = family_of(ends);
  return std::string("PROXY ") + (family == base::IpFamily::V4 ? "TCP4 " : "TCP6 ") +
         address_text(ends.client.address, family) + " " +
         address_text(ends.server.address, family) + " " + std::to_string(ends.client.port) + " " +
         std::to_string(ends.server.port) + "\r\n";
}

std::string written_v2(const ConnectionEnds& ends, std::string_view extra) {
  const base::IpFamily family = family_of(ends);
  const std::string body =
      address_bytes(ends.client.address, family) + address_bytes(ends.server.address, family) +
      big_endian(ends.client.port, 2) + big_endian(ends.server.port, 2) + std::string(extra);
  return std::string(kSignature) + "\x21" + (family == base::IpFamily::V4 ? "\x11" : "\x21") +
         big_endian(body.size(), 2) + body;
}

std::string local_v2() { return std::string(kSignature) + "\x20" + std::string(3, '\0'); }

ReadHeader read_proxy_header(std::string_view stream) {
  return stream.substr(0, kSignature.size()) == kSignature ? read_v2(stream) : read_v1(stream);
}

}  // namespace penstock::fuzz
