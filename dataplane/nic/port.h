// SPDX-License-Identifier: Apache-2.0
//
// Port: what frames come from and go to: a DPDK device (nic/dpdk_port.h) or, in tests, a simulated
// one. A port has queues; a worker uses its own queue through PortQueue (nic/port_queue.h).
// It moves frames and knows what the hardware can do; it understands no byte of them.
// receive() and transmit() are called by the worker that owns the queue; the rest by any thread.
// Virtual calls are per burst, never per packet.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "dataplane/base/address.h"
#include "dataplane/nic/packet.h"

namespace penstock::nic {

// What the port does for us on transmit. What it does not, nic/offload.h does in software.
struct PortFeatures {
  bool ipv4_checksum = false;
  bool tcp_checksum = false;
  bool multi_segment = false;
  // Not a help: the driver stops at a frame that it can never send, and would stay there for ever.
  bool stops_at_bad_frame = false;
};

class Port {
 public:
  virtual ~Port() = default;

  // Fills the front of `packets` (all empty on entry) and returns how many arrived.
  virtual uint32_t receive(uint16_t queue, std::span<Packet> packets) noexcept = 0;
  // Takes the first n packets and returns n, which is less than all when the port is full or cannot
  // send packets[n]. What is not taken stays with the caller.
  virtual uint32_t transmit(uint16_t queue, std::span<Packet> packets) noexcept = 0;

  virtual PortFeatures features() const noexcept = 0;
  virtual base::MacAddress mac() const noexcept = 0;
  // Bytes behind the Ethernet header.
  virtual uint16_t mtu() const noexcept = 0;
  virtual std::string_view name() const noexcept = 0;
};

}  // namespace penstock::nic
