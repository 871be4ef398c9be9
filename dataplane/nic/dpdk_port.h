// SPDX-License-Identifier: Apache-2.0
//
// DpdkPort: a Port over any DPDK Ethernet device. It asks for the offloads that the device offers
// and that we use, and for nothing else; MBUF_FAST_FREE is never among them, because our segments
// are chained references.
// Opened and closed by the control thread; each queue is used by one worker.
// Invariants: (1) there are as many receive as transmit queues (net_tap demands it); (2) the device
// is started from open() to the destructor, and closed after it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/base/result.h"
#include "dataplane/nic/port.h"
#include "dataplane/nic/steering.h"

namespace penstock::nic {

struct DpdkPortSettings {
  std::string device;  // as it was given to the Eal
  // One pool for each queue: the one of the worker that will use it.
  std::span<PacketPool* const> pools;
  uint16_t mtu = 1500;
  uint16_t descriptors = 1024;  // per queue and direction; adjusted to what the device takes
  std::optional<base::MacAddress> mac = {};  // instead of the device's own
  bool multicast = false;                    // frames to any group, which IPv6 needs, are received
  // By which workers find the owner of a frame where the device does not say how it hashes: the
  // same for every port, at least kRssKeyBytes when there are several queues.
  std::span<const uint8_t> steering_key = {};
};

class DpdkPort final : public Port {
 public:
  // The error is one sentence for the operator.
  static base::Result<std::unique_ptr<DpdkPort>, std::string> open(
      const DpdkPortSettings& settings);
  DpdkPort(const DpdkPort&) = delete;
  DpdkPort& operator=(const DpdkPort&) = delete;
  ~DpdkPort() override;

  uint32_t receive(uint16_t queue, std::span<Packet> packets) noexcept override;
  uint32_t transmit(uint16_t queue, std::span<Packet> packets) noexcept override;
  PortFeatures features() const noexcept override { return features_; }
  base::MacAddress mac() const noexcept override { return mac_; }
  uint16_t mtu() const noexcept override { return mtu_; }
  std::string_view name() const noexcept override { return name_; }

  // How flows find the worker that owns them: as the device says, if it does. With several queues.
  const Steering& steering() const noexcept { return *steering_; }
  bool link_is_up() const noexcept;
  // Frames that the device itself lost for want of descriptors or buffers.
  uint64_t missed() const noexcept;

 private:
  DpdkPort(uint16_t port, std::string name) noexcept : port_(port), name_(std::move(name)) {}
  std::optional<std::string> configure(const DpdkPortSettings& settings);
  std::optional<std::string> set_up_queues(const DpdkPortSettings& settings);
  std::optional<std::string> choose_mac(const DpdkPortSettings& settings);
  std::optional<std::string> open_to_groups();
  void find_out_steering(const DpdkPortSettings& settings);
  std::optional<Steering> read_steering() const;

  uint16_t port_;
  std::string name_;
  PortFeatures features_;
  std::optional<Steering> steering_;
  base::MacAddress mac_;
  uint16_t mtu_ = 0;
};

// The names of all ports there are, separated by commas; "none".
std::string existing_ports();

}  // namespace penstock::nic
