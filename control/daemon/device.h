// SPDX-License-Identifier: Apache-2.0
//
// What can be told of a DPDK device by its string alone: which sort it is and what it stands on.
// A sort that is not known here is left to DPDK to judge.
// Pure. Control thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::daemon {

struct Device {
  enum class Kind : uint8_t { Tap, KernelInterface, Pci, Other };
  Kind kind = Kind::Other;
  // Pci: its full address. KernelInterface (net_af_packet, net_af_xdp): the interface's name.
  std::string stands_on;
  // net_af_packet: how many queues it is given, and the argument that says so.
  std::string queues_argument = {};
  uint32_t queues = 1;
};

Device parse_device(std::string_view text);

// The devices to open for a port that so many workers use: one with a queue for each of them, or,
// of net_af_xdp, one of a single queue for each. That driver counts only the combined channels of
// an interface, and some (veth) have queues but none of those.
std::vector<std::string> devices_for(std::string_view text, uint32_t workers);

}  // namespace penstock::daemon
