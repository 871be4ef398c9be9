// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/ip_output.h"

#include <utility>

#include "dataplane/nic/offload.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ip_family.h"
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
  if (!is_fresh(next_hop)) [[unlikely]] {
    const SendResult found = refresh(next_hop, datagram, now);
    if (found != SendResult::Sent) return found;
  }
  const Interface& out = interfaces_[interface_of(next_hop)];
  const SendResult wrapped = wrap(datagram, out);
  if (wrapped != SendResult::Sent) return wrapped;
  if (!next_hop.names_sender()) {
    return resolver_.deliver(next_hop.index, std::move(datagram.packet));
  }
  out.stage(std::move(datagram.packet), next_hop.sender,
            datagram.destination.is_v4() ? wire::EtherType::Ipv4 : wire::EtherType::Ipv6);
  return SendResult::Sent;
}

SendResult IpOutput::refresh(NextHopCache& next_hop, const OutgoingDatagram& datagram,
                             base::Instant now) noexcept {
  const auto hop = routes_.find(datagram.destination, datagram.source);
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
  next_hop = {.generation = resolver_.generation(), .index = *index};
  return SendResult::Sent;
}

SendResult IpOutput::wrap(OutgoingDatagram& datagram, const Interface& out) noexcept {
  const uint32_t ip_bytes = wire::ip_header_bytes(datagram.destination.family());
  if (datagram.packet.size() + ip_bytes > out.mtu()) {
    out.queue().count_drop(DropReason::PacketTooBig);
    return SendResult::Refused;
  }
  const nic::PortFeatures features = out.queue().features();
  if (!features.multi_segment) {
    datagram.packet = nic::gathered_for(std::move(datagram.packet), features, pool_);
    if (!datagram.packet) {
      out.queue().count_drop(DropReason::PoolEmpty);
      return SendResult::Refused;
    }
  }
  add_ip_header(datagram, out);
  return SendResult::Sent;
}

void IpOutput::add_ip_header(OutgoingDatagram& datagram, const Interface& out) noexcept {
  nic::Packet& packet = datagram.packet;
  const nic::PortFeatures features = out.queue().features();
  const base::IpFamily family = datagram.destination.family();
  const uint8_t tcp_bytes = tcp_header_bytes(datagram);
  if (tcp_bytes != 0) {
    nic::fill_tcp_checksum(packet, datagram.source, datagram.destination, features);
  }
  if (family == base::IpFamily::V4) {
    const wire::Ipv4Header header{
        .source = datagram.source,
        .destination = datagram.destination,
        .protocol = datagram.protocol,
        .ttl = datagram.hop_limit,
        .dscp = datagram.dscp,
        .ecn = datagram.ecn,
        .total_bytes = static_cast<uint16_t>(packet.size() + wire::kIpv4HeaderBytes),
        .identification = identification_++};
    wire::emit_ipv4(
        header, packet.prepend(wire::kIpv4HeaderBytes),
        features.ipv4_checksum ? wire::EmitChecksum::LeaveZero : wire::EmitChecksum::Compute);
  } else {
    const wire::Ipv6Header header{.source = datagram.source,
                                  .destination = datagram.destination,
                                  .protocol = datagram.protocol,
                                  .hop_limit = datagram.hop_limit,
                                  .dscp = datagram.dscp,
                                  .ecn = datagram.ecn,
                                  .total_bytes = packet.size() + wire::kIpv6HeaderBytes};
    wire::emit_ipv6(header, packet.prepend(wire::kIpv6HeaderBytes));
  }
  nic::request_port_checksums(packet,
                              {.ethernet_bytes = static_cast<uint8_t>(out.ethernet_bytes()),
                               .ip_bytes = static_cast<uint8_t>(wire::ip_header_bytes(family)),
                               .tcp_bytes = tcp_bytes,
                               .family = family},
                              features);
}

void IpOutput::count_drop(uint8_t interface_index, DropReason reason) const noexcept {
  interfaces_[interface_index].queue().count_drop(reason);
}

}  // namespace penstock::net
