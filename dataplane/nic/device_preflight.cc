// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/device_preflight.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <fstream>

namespace penstock::nic {

namespace {

constexpr unsigned kCapNetAdmin = 12;  // linux/capability.h

bool has_capability(unsigned capability) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("CapEff:", 0) != 0) continue;
    const uint64_t effective = std::strtoull(line.c_str() + 7, nullptr, 16);
    return ((effective >> capability) & 1) != 0;
  }
  return false;
}

std::string_view before_comma(std::string_view device) {
  return device.substr(0, device.find(','));
}

// Whether `text` looks like `pattern`, where 'x' stands for a hexadecimal digit.
bool looks_like(std::string_view text, std::string_view pattern) {
  return text.size() == pattern.size() &&
         std::equal(text.begin(), text.end(), pattern.begin(), [](char c, char wanted) {
           return wanted == 'x' ? std::isxdigit(static_cast<unsigned char>(c)) != 0 : c == wanted;
         });
}

}  // namespace

HostAbilities measure_host() {
  HostAbilities abilities;
  const int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  abilities.has_tun_device = tun >= 0;
  if (tun >= 0) close(tun);
  abilities.has_net_admin = has_capability(kCapNetAdmin);
  return abilities;
}

std::optional<std::string> missing_for(std::string_view device, HostAbilities abilities) {
  const std::string name = device_name(device);
  if (device.empty() || device.front() == '-') {
    return "'" + std::string(device) +
           "' names no device; write a PCI address such as 0000:03:00.0 or a DPDK device such as "
           "net_tap0,iface=ps0";
  }
  if (name.rfind("net_tap", 0) != 0) return std::nullopt;
  if (!abilities.has_net_admin) {
    return name +
           " needs the capability CAP_NET_ADMIN: run as root, or grant it with 'setcap "
           "cap_net_admin+ep' on the executable";
  }
  if (!abilities.has_tun_device) {
    return name +
           " needs /dev/net/tun, which cannot be opened: load it with 'modprobe tun', or "
           "pass the device into this container";
  }
  return std::nullopt;
}

std::optional<std::string> pci_address(std::string_view device) {
  const std::string_view name = before_comma(device);
  if (looks_like(name, "xxxx:xx:xx.x")) return std::string(name);
  if (looks_like(name, "xx:xx.x")) return "0000:" + std::string(name);
  return std::nullopt;
}

std::string device_name(std::string_view device) {
  if (auto address = pci_address(device)) return *address;
  return std::string(before_comma(device));
}

}  // namespace penstock::nic
