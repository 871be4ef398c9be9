// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/ip_input.h"

#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/wire/ip_family.h"

namespace penstock::net {

using wire::DropReason;
using wire::EtherType;

IpInput::IpInput(std::span<const Interface> interfaces, Resolver& resolver, IcmpHandler& icmp)
    : interfaces_(interfaces), resolver_(resolver), icmp_(icmp) {
  untagged_.fill(kNoInterface);
  any_.fill(kNoInterface);
  for (size_t i = 0; i < interfaces.size(); ++i) {
    const uint8_t port = interfaces[i].port_index();
    const auto index = static_cast<uint8_t>(i);
    any_[port] = index;
    if (interfaces[i].vlan() == wire::kVlanNone) untagged_[port] = index;
    for (const base::IpPrefix& ours : interfaces[i].addresses()) ours_.push_back(ours.address);
  }
}

Arrival IpInput::on_frame(nic::Packet&& frame, uint8_t port_index, base::Instant now) noexcept {
  DCHECK(any_[port_index] != kNoInterface);
  const auto ethernet = wire::parse_ethernet(frame.first());
  if (!ethernet) return drop(any_[port_index], ethernet.error());
  uint16_t vlan = ethernet->vlan;
  if (vlan == wire::kVlanNone) vlan = nic::stripped_vlan(frame);
  const uint8_t interface_index = interface_in(port_index, vlan);
  if (interface_index == kNoInterface) return drop(any_[port_index], DropReason::VlanUnknown);

  frame.trim_front(ethernet->bytes);
  if (ethernet->destination != interfaces_[interface_index].mac()) [[unlikely]] {
    return on_group_frame(std::move(frame), *ethernet, interface_index, now);
  }
  const Envelope envelope{.interface_index = interface_index,
                          .cast = Cast::Us,
                          .sender = ethernet->source,
                          .checksums = nic::received_checksums(frame)};
  switch (ethernet->type) {
    case EtherType::Ipv4:
      return on_ipv4(std::move(frame), envelope, now);
    case EtherType::Ipv6:
      return on_ipv6(std::move(frame), envelope, now);
    case EtherType::Arp:
      break;
  }
  resolver_.on_arp(frame.first(), interface_index, now);
  return Consumed{};
}

uint8_t IpInput::interface_in(uint8_t port_index, uint16_t vlan) const noexcept {
  if (vlan == wire::kVlanNone) [[likely]]
    return untagged_[port_index];
  for (size_t i = 0; i < interfaces_.size(); ++i) {
    const Interface& interface = interfaces_[i];
    if (interface.vlan() == vlan && interface.port_index() == port_index) {
      return static_cast<uint8_t>(i);
    }
  }
  return kNoInterface;
}

Arrival IpInput::on_group_frame(nic::Packet&& packet, const wire::EthernetHeader& header,
                                uint8_t interface_index, base::Instant now) noexcept {
  const bool is_broadcast = header.destination == base::MacAddress::broadcast();
  if (is_broadcast && header.type == EtherType::Arp) {
    resolver_.on_arp(packet.first(), interface_index, now);
    return Consumed{};
  }
  // RFC 1122 3.3.6: a unicast datagram in a broadcast frame is discarded.
  if (is_broadcast) return drop(interface_index, DropReason::IpDestinationIllegal);
  if (header.type == EtherType::Ipv6 && wire::is_multicast_mac_v6(header.destination)) {
    const Envelope envelope{.interface_index = interface_index,
                            .cast = Cast::Group,
                            .sender = header.source,
                            .checksums = nic::received_checksums(packet)};
    return on_ipv6(std::move(packet), envelope, now);
  }
  // A switch floods frames to ports that are not meant; a port in promiscuous mode shows us all.
  return drop(interface_index, DropReason::EthernetNotForUs);
}

Arrival IpInput::on_ipv4(nic::Packet&& packet, const Envelope& envelope,
                         base::Instant now) noexcept {
  const uint8_t interface_index = envelope.interface_index;
  const Interface& at = interfaces_[interface_index];
  const nic::PortVerdict checksum = envelope.checksums.ip;
  if (checksum == nic::PortVerdict::Bad) return drop(interface_index, DropReason::IpChecksumBad);
  const auto header = wire::parse_ipv4(packet.first(), checksum == nic::PortVerdict::Good
                                                           ? wire::HeaderChecksum::AlreadyGood
                                                           : wire::HeaderChecksum::Verify);
  if (!header) return drop(interface_index, header.error());
  if (!is_ours(header->destination)) return drop(interface_index, DropReason::IpNotForUs);
  // Our own address, or a network's broadcast address, cannot have sent this.
  if (is_ours(header->source) || at.is_broadcast(header->source)) {
    return drop(interface_index, DropReason::IpSourceIllegal);
  }
  return to_upper_layer(std::move(packet), *header, header->ttl, envelope, now);
}

Arrival IpInput::on_ipv6(nic::Packet&& packet, const Envelope& envelope,
                         base::Instant now) noexcept {
  const uint8_t interface_index = envelope.interface_index;
  const auto header = wire::parse_ipv6(packet.first());
  if (!header) return drop(interface_index, header.error());
  if (const auto problem = addresses_problem(*header, envelope)) {
    return drop(interface_index, *problem);
  }
  return to_upper_layer(std::move(packet), *header, header->hop_limit, envelope, now);
}

template <class Header>
Arrival IpInput::to_upper_layer(nic::Packet&& packet, const Header& header, uint8_t hop_limit,
                                const Envelope& envelope, base::Instant now) noexcept {
  const uint8_t interface_index = envelope.interface_index;
  // Ethernet pads short frames: what lies behind the total length is not data.
  packet.truncate(header.total_bytes);
  packet.trim_front(header.header_bytes);
  const auto datagram = [&](L4Checksum checksum) {
    return IpDatagram{.packet = std::move(packet),
                      .source = header.source,
                      .destination = header.destination,
                      .protocol = header.protocol,
                      .interface_index = interface_index,
                      .checksum = checksum,
                      .ecn = header.ecn,
                      .reply_hop = reply_hop(header.source, envelope)};
  };
  if (header.protocol == wire::kProtocolTcp) [[likely]] {
    if (envelope.checksums.l4 == nic::PortVerdict::Bad) {
      return drop(interface_index, DropReason::TcpChecksumBad);
    }
    return datagram(envelope.checksums.l4 == nic::PortVerdict::Good ? L4Checksum::Good
                                                                    : L4Checksum::Unverified);
  }
  if (header.protocol == wire::icmp_protocol(header.source.family())) {
    return icmp_.on_datagram(datagram(L4Checksum::Unverified), hop_limit, now);
  }
  return drop(interface_index, DropReason::IpProtocolUnknown);
}

NextHopCache IpInput::reply_hop(base::IpAddress source, const Envelope& envelope) const noexcept {
  // A link-local address does not say on which link it is: the answer goes back to where it came
  // from.
  const Interface& at = interfaces_[envelope.interface_index];
  if (at.reply_to() == ReplyTo::Route && !wire::is_link_local(source)) return {};
  return NextHopCache::to_sender(envelope.interface_index, envelope.sender);
}

std::optional<DropReason> IpInput::addresses_problem(const wire::Ipv6Header& header,
                                                     const Envelope& envelope) const noexcept {
  const Interface& at = interfaces_[envelope.interface_index];
  // Groups and the unspecified source are for neighbour discovery only.
  const bool may_be_ndp = header.protocol == wire::kProtocolIcmpv6;
  if (header.source.is_unspecified() && !may_be_ndp) return DropReason::IpSourceIllegal;
  if (wire::is_multicast_v6(header.destination)) {
    if (!at.has_joined(header.destination)) return DropReason::IpNotForUs;
    if (!may_be_ndp) return DropReason::IpDestinationIllegal;
  } else {
    if (envelope.cast == Cast::Group) return DropReason::IpDestinationIllegal;
    // The same link-local address may be somebody else's on another link.
    const bool is_for_us = wire::is_link_local_v6(header.destination) ? at.owns(header.destination)
                                                                      : is_ours(header.destination);
    if (!is_for_us) return DropReason::IpNotForUs;
  }
  const bool is_from_us =
      wire::is_link_local_v6(header.source) ? at.owns(header.source) : is_ours(header.source);
  if (is_from_us) return DropReason::IpSourceIllegal;
  return std::nullopt;
}

bool IpInput::is_ours(base::IpAddress address) const noexcept {
  // RFC 1122 3.3.4.2, the weak model: an address of ours is ours at every interface.
  for (const base::IpAddress& ours : ours_) {
    if (ours == address) return true;
  }
  return false;
}

Consumed IpInput::drop(uint8_t interface_index, DropReason reason) const noexcept {
  interfaces_[interface_index].queue().count_drop(reason);
  return {};
}

}  // namespace penstock::net
