// SPDX-License-Identifier: Apache-2.0
//
// What can be told of a DPDK device by its string alone: which sort it is, what it stands on, and
// which rights it takes. A sort that is not known here is left to DPDK to judge.
// Pure. Control thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::daemon {

struct Device {
  enum class Kind : uint8_t { Tap, AfPacket, AfXdp, Pci, Other };
  Kind kind = Kind::Other;
  std::string address;    // of Pci: "0000:3b:00.0"
  std::string interface;  // of a vdev with "iface=": the kernel's interface
};

Device parse_device(std::string_view text);
// Whether the kernel wants CAP_NET_ADMIN for it.
bool needs_network_rights(const Device& device);

}  // namespace penstock::daemon
