// SPDX-License-Identifier: Apache-2.0
//
// Decides who computes the checksums of one packet and who gathers its segments: the port where it
// offers to, software where it does not. Below the same for received packets: what the port found.
// Called per packet by net/, on the worker that owns it.
// Invariants: (1) a packet handed to a port has only flags that the port offers; (2) nothing that a
// received packet carried reaches transmission.
// RFC 1071; DPDK's contract for transmit flags (rte_mbuf_core.h).
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/nic/packet.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/port.h"

namespace penstock::nic {

// What the port says about a checksum of a received packet. Unknown: verify it in software.
enum class PortVerdict : uint8_t { Unknown, Good, Bad };

struct ReceivedChecksums {
  PortVerdict ip = PortVerdict::Unknown;
  PortVerdict l4 = PortVerdict::Unknown;
};

ReceivedChecksums received_checksums(const Packet& packet) noexcept;

// The VLAN whose tag the port (or the kernel below it) took from the frame; 0 when it took none.
uint16_t stripped_vlan(const Packet& packet) noexcept;

// Forgets what the packet carried from reception (offload flags, lengths, RSS hash).
void reset_metadata(Packet& packet) noexcept;

// Fills in the TCP checksum of a packet that starts with the TCP header; the port, when it computes
// it, also wants request_port_checksums().
void fill_tcp_checksum(Packet& segment, base::IpAddress source, base::IpAddress destination,
                       PortFeatures features) noexcept;

// The layers of a packet whose checksums the port shall compute, for its descriptor.
struct FrameLayout {
  uint8_t ethernet_bytes = 0;
  uint8_t ip_bytes = 0;
  uint8_t tcp_bytes = 0;  // 0: not TCP
  base::IpFamily family = base::IpFamily::V4;
};
void request_port_checksums(Packet& packet, FrameLayout layout, PortFeatures features) noexcept;

// The packet itself when it has one segment or the port sends several; a copy in one buffer
// otherwise; a false Packet when the pool is empty or the bytes do not fit one buffer.
Packet gathered_for(Packet packet, PortFeatures features, PacketPool& pool) noexcept;

}  // namespace penstock::nic
