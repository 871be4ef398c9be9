// SPDX-License-Identifier: Apache-2.0
//
// MAC and IP addresses, prefixes and endpoints as small comparable values, and their text forms.
// An IpAddress holds either family in 16 bytes, IPv4 in the v4-mapped form (RFC 4291 2.5.5.2), so
// that everything above net/ is written once for both. Ports are host order.
// Any thread. format() allocates and is control's; format_into() is the data path's.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::base {

struct MacAddress {
  std::array<uint8_t, 6> octets{};

  static constexpr MacAddress broadcast() noexcept {
    return {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
  }
  constexpr bool is_multicast() const noexcept { return (octets[0] & 1) != 0; }
  constexpr auto operator<=>(const MacAddress&) const noexcept = default;
};

enum class IpFamily : uint8_t { V4, V6 };

class IpAddress {
 public:
  // The unspecified IPv4 address, 0.0.0.0.
  constexpr IpAddress() noexcept : IpAddress(from_v4(0)) {}
  // `host_order` is 0x0a000001 for 10.0.0.1.
  static constexpr IpAddress from_v4(uint32_t host_order) noexcept {
    return IpAddress(0, 0x0000ffff'00000000ull | host_order);
  }
  static constexpr IpAddress from_v6(uint64_t high, uint64_t low) noexcept {
    return IpAddress(high, low);
  }
  // "10.0.0.1" or "2001:db8::1"; nothing else, no port, no prefix length.
  static std::optional<IpAddress> parse(std::string_view text) noexcept;

  constexpr bool is_v4() const noexcept { return high_ == 0 && (low_ >> 32) == 0xffff; }
  constexpr IpFamily family() const noexcept { return is_v4() ? IpFamily::V4 : IpFamily::V6; }
  // Host order. Only for is_v4().
  constexpr uint32_t v4() const noexcept { return static_cast<uint32_t>(low_); }
  constexpr uint64_t high() const noexcept { return high_; }
  constexpr uint64_t low() const noexcept { return low_; }
  constexpr bool is_unspecified() const noexcept {
    return is_v4() ? v4() == 0 : (high_ == 0 && low_ == 0);
  }
  std::string format() const;

  // The same text without allocation, for the data path.
  static constexpr size_t kTextBytesMax = 46;
  std::string_view format_into(std::array<char, kTextBytesMax>& room) const noexcept;

  constexpr auto operator<=>(const IpAddress&) const noexcept = default;

 private:
  constexpr IpAddress(uint64_t high, uint64_t low) noexcept : high_(high), low_(low) {}
  uint64_t high_;
  uint64_t low_;
};

// A network: an address and how many of its leading bits count (0-32 for IPv4, 0-128 for IPv6).
struct IpPrefix {
  IpAddress address;
  uint8_t length = 0;

  // "10.0.0.0/8"; host bits may be set ("10.0.0.1/24" names an interface address).
  static std::optional<IpPrefix> parse(std::string_view text);
  constexpr bool contains(IpAddress other) const noexcept;
  // The ends of the network: all host bits 0, all host bits 1.
  constexpr IpAddress first() const noexcept;
  constexpr IpAddress last() const noexcept;
  std::string format() const;
  constexpr auto operator<=>(const IpPrefix&) const noexcept = default;
};

struct Endpoint {
  IpAddress address;
  uint16_t port = 0;

  // "10.0.0.1:80" or "[2001:db8::1]:80"; the port is 1 to 65535.
  static std::optional<Endpoint> parse(std::string_view text);
  std::string format() const;  // "10.0.0.1:80", "[2001:db8::1]:80"
  constexpr auto operator<=>(const Endpoint&) const noexcept = default;
};

std::string format(MacAddress mac);

constexpr bool IpPrefix::contains(IpAddress other) const noexcept {
  if (address.is_v4() != other.is_v4()) return false;
  const unsigned bits = address.is_v4() ? 96u + length : length;
  const auto differs = [](uint64_t a, uint64_t b, unsigned leading) {
    return leading != 0 && ((a ^ b) >> (64 - leading)) != 0;
  };
  if (differs(address.high(), other.high(), bits < 64 ? bits : 64)) return false;
  return !differs(address.low(), other.low(), bits < 64 ? 0 : bits - 64);
}

namespace address_detail {
// The host bits of one half of an address, of which `leading` bits belong to the network.
constexpr uint64_t host_bits(unsigned leading) noexcept {
  return leading == 0 ? ~uint64_t{0} : leading >= 64 ? 0 : ~uint64_t{0} >> leading;
}
constexpr IpAddress host_bits_of(const IpPrefix& prefix) noexcept {
  const unsigned bits = prefix.address.is_v4() ? 96u + prefix.length : prefix.length;
  return IpAddress::from_v6(host_bits(bits), host_bits(bits < 64 ? 0 : bits - 64));
}
}  // namespace address_detail

constexpr IpAddress IpPrefix::first() const noexcept {
  const IpAddress host = address_detail::host_bits_of(*this);
  return IpAddress::from_v6(address.high() & ~host.high(), address.low() & ~host.low());
}

constexpr IpAddress IpPrefix::last() const noexcept {
  const IpAddress host = address_detail::host_bits_of(*this);
  return IpAddress::from_v6(address.high() | host.high(), address.low() | host.low());
}

}  // namespace penstock::base
