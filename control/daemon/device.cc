// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/device.h"

#include <algorithm>
#include <charconv>
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

uint32_t number(const std::string& text, uint32_t otherwise) {
  uint32_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "net_af_xdp0,iface=eth1,start_queue=4" without the arguments that say which queues.
std::string without_queues(std::string_view text) {
  std::string kept;
  for (size_t at = 0; at < text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view part = text.substr(at, comma - at);
    if (!part.starts_with("start_queue=") && !part.starts_with("queue_count=")) {
      kept += (kept.empty() ? "" : ",") + std::string(part);
    }
    at = comma + 1;
  }
  return kept;
}

}  // namespace

Device parse_device(std::string_view text) {
  if (text.starts_with("net_tap")) return {.kind = Device::Kind::Tap, .stands_on = {}};
  if (text.starts_with("net_af_packet")) {
    return {.kind = Device::Kind::KernelInterface,
            .stands_on = argument(text, "iface"),
            .queues_argument = "qpairs",
            .queues = number(argument(text, "qpairs"), 1)};
  }
  if (text.starts_with("net_af_xdp")) {
    return {.kind = Device::Kind::KernelInterface, .stands_on = argument(text, "iface")};
  }
  if (auto address = nic::pci_address(text)) {
    return {.kind = Device::Kind::Pci, .stands_on = std::move(*address)};
  }
  return {};
}

std::vector<std::string> devices_for(std::string_view text, uint32_t workers) {
  if (workers == 1 || !text.starts_with("net_af_xdp")) return {std::string(text)};
  const uint32_t first = number(argument(text, "start_queue"), 0);
  const std::string kept = without_queues(text);
  const size_t name_end = std::min(kept.find(','), kept.size());
  std::vector<std::string> devices;
  for (uint32_t i = 0; i < workers; ++i) {
    devices.push_back(kept.substr(0, name_end) + "_" + std::to_string(i) + kept.substr(name_end) +
                      ",start_queue=" + std::to_string(first + i) + ",queue_count=1");
  }
  return devices;
}

}  // namespace penstock::daemon
