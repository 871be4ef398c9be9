// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/ip_output.h"

#include <utility>

#include "dataplane/nic/offload.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/tcp_header.h"

namespace penstock::net {

using wire::DropReason;

namespace {

// The length of the TCP header that the packet starts with; 0 for another protocol.
uint8_t tcp_header_bytes(const OutgoingDatagram& datagram) noexcept {
  if (datagram.protocol != wire::kProtocolTcp) return 0;
  return static_cast<uint8_t>((datagram.packet.first()[12] >> 4) * 4);
}

}  // namespace

SendResult IpOutput::send(OutgoingDatagram&& datagram, NextHopCache& next_hop,
                          base::Instant now) noexcept {
  DCHECK(datagram.packet);
  if (next_hop.generation != resolver_.generation()) {
    const SendResult found = refresh(next_hop, datagram.destination, now);
    if (found != SendResult::Sent) return found;
  }
  const uint8_t interface_index = resolver_.neighbor_at(next_hop.neighbor_index).interface_index;
  const Interface& out = interfaces_[interface_index];
  if (datagram.packet.size() + wire::kIpv4HeaderBytes > out.mtu()) {
    count_drop(interface_index, DropReason::PacketTooBig);
    return SendResult::Refused;
  }
  const nic::PortFeatures features = out.queue().features();
  if (!features.multi_segment) {
    datagram.packet = nic::gathered_for(std::move(datagram.packet), features, pool_);
    if (!datagram.packet) {
      count_drop(interface_index, DropReason::PoolEmpty);
      return SendResult::Refused;
    }
  }
  add_ip_header(datagram, features);
  return resolver_.deliver(next_hop.neighbor_index, std::move(datagram.packet));
}

SendResult IpOutput::refresh(NextHopCache& next_hop, base::IpAddress destination,
                             base::Instant now) noexcept {
  const auto hop = routes_.find(destination);
  if (!hop) {
    // There is no interface to blame; the first one carries the counter.
    count_drop(0, DropReason::NoRoute);
    return SendResult::NoRoute;
  }
  const auto index = resolver_.neighbor_index(*hop, now);
  if (!index) {
    count_drop(hop->interface_index, DropReason::NeighborTableFull);
    return SendResult::Refused;
  }
  next_hop = {.generation = resolver_.generation(), .neighbor_index = *index};
  return SendResult::Sent;
}

void IpOutput::add_ip_header(OutgoingDatagram& datagram, nic::PortFeatures features) noexcept {
  nic::Packet& packet = datagram.packet;
  const uint8_t tcp_bytes = tcp_header_bytes(datagram);
  if (tcp_bytes != 0) {
    nic::fill_tcp_checksum(packet, datagram.source, datagram.destination, features);
  }
  const auto total = static_cast<uint16_t>(packet.size() + wire::kIpv4HeaderBytes);
  const wire::Ipv4Header header{.source = datagram.source,
                                .destination = datagram.destination,
                                .protocol = datagram.protocol,
                                .total_bytes = total,
                                .identification = identification_++};
  wire::emit_ipv4(
      header, packet.prepend(wire::kIpv4HeaderBytes),
      features.ipv4_checksum ? wire::EmitChecksum::LeaveZero : wire::EmitChecksum::Compute);
  nic::request_port_checksums(packet,
                              {.ethernet_bytes = wire::kEthernetHeaderBytes,
                               .ip_bytes = wire::kIpv4HeaderBytes,
                               .tcp_bytes = tcp_bytes},
                              features);
}

void IpOutput::count_drop(uint8_t interface_index, DropReason reason) const noexcept {
  interfaces_[interface_index].queue().count_drop(reason);
}

}  // namespace penstock::net
