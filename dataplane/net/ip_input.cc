// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/ip_input.h"

#include <utility>

#include "dataplane/nic/offload.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::net {

using wire::DropReason;

Arrival IpInput::on_frame(nic::Packet&& frame, uint8_t interface_index,
                          base::Instant now) noexcept {
  DCHECK(interface_index < interfaces_.size());
  const auto ethernet = wire::parse_ethernet(frame.first());
  if (!ethernet) return drop(interface_index, ethernet.error());
  // A switch floods frames to ports that are not meant; a port in promiscuous mode shows us all.
  const bool broadcast = ethernet->destination == base::MacAddress::broadcast();
  if (!broadcast && ethernet->destination != interfaces_[interface_index].mac()) {
    return drop(interface_index, DropReason::EthernetNotForUs);
  }
  frame.trim_front(wire::kEthernetHeaderBytes);
  if (ethernet->type == wire::EtherType::Arp) {
    resolver_.on_arp(frame.first(), interface_index, now);
    return Consumed{};
  }
  // RFC 1122 3.3.6: a unicast datagram in a broadcast frame is discarded.
  if (broadcast) return drop(interface_index, DropReason::IpDestinationIllegal);
  return on_ipv4(std::move(frame), interface_index, now);
}

Arrival IpInput::on_ipv4(nic::Packet&& packet, uint8_t interface_index,
                         base::Instant now) noexcept {
  const nic::ReceivedChecksums found = nic::received_checksums(packet);
  if (found.ip == nic::PortVerdict::Bad) return drop(interface_index, DropReason::IpChecksumBad);
  const auto header = wire::parse_ipv4(packet.first(), found.ip == nic::PortVerdict::Good
                                                           ? wire::HeaderChecksum::AlreadyGood
                                                           : wire::HeaderChecksum::Verify);
  if (!header) return drop(interface_index, header.error());
  if (!is_ours(header->destination)) return drop(interface_index, DropReason::IpNotForUs);
  // Our own address, or a network's broadcast address, cannot have sent this.
  if (is_ours(header->source) || interfaces_[interface_index].is_broadcast(header->source)) {
    return drop(interface_index, DropReason::IpSourceIllegal);
  }
  // Ethernet pads short frames: what lies behind the total length is not data.
  packet.truncate(header->total_bytes);
  packet.trim_front(header->header_bytes);

  IpDatagram datagram{.packet = std::move(packet),
                      .source = header->source,
                      .destination = header->destination,
                      .protocol = header->protocol,
                      .interface_index = interface_index,
                      .checksum = L4Checksum::Unverified};
  if (header->protocol == wire::kProtocolIcmp) return icmp_.on_datagram(std::move(datagram), now);
  if (header->protocol != wire::kProtocolTcp) {
    return drop(interface_index, DropReason::IpProtocolUnknown);
  }
  if (found.l4 == nic::PortVerdict::Bad) return drop(interface_index, DropReason::TcpChecksumBad);
  if (found.l4 == nic::PortVerdict::Good) datagram.checksum = L4Checksum::Good;
  return datagram;
}

bool IpInput::is_ours(base::IpAddress address) const noexcept {
  // RFC 1122 3.3.4.2, the weak model: an address of ours is ours at every interface.
  for (const Interface& interface : interfaces_) {
    if (interface.owns(address)) return true;
  }
  return false;
}

Consumed IpInput::drop(uint8_t interface_index, DropReason reason) const noexcept {
  interfaces_[interface_index].queue().count_drop(reason);
  return {};
}

}  // namespace penstock::net
