// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/device.h"

#include <cstddef>
#include <utility>

#include "dataplane/nic/device_preflight.h"

namespace penstock::daemon {

namespace {

// The value of `key` in "net_af_packet0,iface=eth1,qpairs=1".
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

}  // namespace

Device parse_device(std::string_view text) {
  if (text.starts_with("net_tap")) return {.kind = Device::Kind::Tap, .stands_on = {}};
  if (text.starts_with("net_af_packet") || text.starts_with("net_af_xdp")) {
    return {.kind = Device::Kind::KernelInterface, .stands_on = argument(text, "iface")};
  }
  if (auto address = nic::pci_address(text)) {
    return {.kind = Device::Kind::Pci, .stands_on = std::move(*address)};
  }
  return {};
}

}  // namespace penstock::daemon
