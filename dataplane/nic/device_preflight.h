// SPDX-License-Identifier: Apache-2.0
//
// Says, before DPDK tries and fails, what this machine or process lacks for a device.
// It looks only at what a driver's own message would not explain; a device it does not know passes.
// Called by the control thread at start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::nic {

// What the process has; measured by measure_host() and passed in so that the rules can be tested.
struct HostAbilities {
  bool has_tun_device = false;  // /dev/net/tun can be opened
  bool has_net_admin = false;   // CAP_NET_ADMIN is effective
};

HostAbilities measure_host();

// One sentence that says what is missing and how to mend it; nullopt when nothing is.
std::optional<std::string> missing_for(std::string_view device, HostAbilities abilities);

// "0000:03:00.0" of "0000:03:00.0,arg=1" or "03:00.0"; nullopt when it is no PCI address.
std::optional<std::string> pci_address(std::string_view device);

// "net_tap0" of "net_tap0,iface=x"; the full address for a PCI device.
std::string device_name(std::string_view device);

}  // namespace penstock::nic
