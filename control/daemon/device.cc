// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/device.h"

#include <cctype>
#include <cstddef>

namespace penstock::daemon {

namespace {

// The value of `key` in "net_tap0,iface=ps-client,mac=fixed".
std::string argument(std::string_view text, std::string_view key) {
  for (size_t comma = text.find(','); comma != std::string_view::npos;) {
    const size_t next = text.find(',', comma + 1);
    const std::string_view each = text.substr(comma + 1, next - comma - 1);
    if (each.starts_with(key) && each.substr(key.size()).starts_with('=')) {
      return std::string(each.substr(key.size() + 1));
    }
    comma = next;
  }
  return {};
}

// "0000:3b:00.0", or "3b:00.0" in domain 0.
std::string pci_address(std::string_view name) {
  constexpr std::string_view kShort = "xx:xx.x";
  constexpr std::string_view kLong = "xxxx:xx:xx.x";
  if (name.size() != kShort.size() && name.size() != kLong.size()) return {};
  const std::string_view shape = name.size() == kShort.size() ? kShort : kLong;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool fits = shape[i] == 'x' ? std::isxdigit(static_cast<unsigned char>(name[i])) != 0
                                      : name[i] == shape[i];
    if (!fits) return {};
  }
  return (name.size() == kShort.size() ? "0000:" : "") + std::string(name);
}

}  // namespace

Device parse_device(std::string_view text) {
  const std::string_view name = text.substr(0, text.find(','));
  const std::string interface = argument(text, "iface");
  if (name.starts_with("net_tap")) {
    return {.kind = Device::Kind::Tap, .address = {}, .interface = interface};
  }
  if (name.starts_with("net_af_packet") || name.starts_with("eth_af_packet")) {
    return {.kind = Device::Kind::AfPacket, .address = {}, .interface = interface};
  }
  if (name.starts_with("net_af_xdp")) {
    return {.kind = Device::Kind::AfXdp, .address = {}, .interface = interface};
  }
  if (std::string address = pci_address(name); !address.empty()) {
    return {.kind = Device::Kind::Pci, .address = std::move(address), .interface = {}};
  }
  return {.kind = Device::Kind::Other, .address = {}, .interface = interface};
}

bool needs_network_rights(const Device& device) { return device.kind != Device::Kind::Other; }

}  // namespace penstock::daemon
