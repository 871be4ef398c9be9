// SPDX-License-Identifier: Apache-2.0
//
// What can be told of a DPDK device by its string alone: which sort it is and what it stands on.
// A sort that is not known here is left to DPDK to judge.
// Pure. Control thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::daemon {

struct Device {
  enum class Kind : uint8_t { Tap, KernelInterface, Pci, Other };
  Kind kind = Kind::Other;
  // Pci: its full address. KernelInterface (net_af_packet, net_af_xdp): the interface's name.
  std::string stands_on;
};

Device parse_device(std::string_view text);

}  // namespace penstock::daemon
