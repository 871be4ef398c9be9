// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/neighbor_protocol.h"

#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/wire/ipv6.h"

namespace penstock::net {

using wire::ArpMessage;
using wire::ArpOperation;
using wire::EtherType;
using wire::NdpKind;
using wire::NdpMessage;

NeighborWord word_of(const ArpMessage& message) noexcept {
  using Kind = NeighborWord::Kind;
  NeighborWord word{
      .kind = message.operation == ArpOperation::Request ? Kind::Question : Kind::Answer,
      .sender = message.sender_ip,
      .mac = message.sender_mac,
      .target = message.target_ip};
  // RFC 5227 3: request or reply, who names himself as target announces himself.
  if (message.sender_ip == message.target_ip) word.kind = Kind::Announcement;
  return word;
}

std::optional<NeighborWord> word_of(const NdpMessage& message, base::IpAddress source,
                                    base::IpAddress destination) noexcept {
  using Kind = NeighborWord::Kind;
  if (message.kind == NdpKind::Solicitation) {
    // RFC 4861 7.1.1: a probe goes to the solicited node, and its sender has no address to map.
    const bool is_probe = source.is_unspecified();
    const bool is_legal = !message.mac && destination == wire::solicited_node(message.target);
    if (is_probe && !is_legal) return std::nullopt;
    return NeighborWord{
        .kind = Kind::Question, .sender = source, .mac = message.mac, .target = message.target};
  }
  // RFC 4861 7.1.2: an answer goes to who asked.
  if (message.is_solicited && wire::is_multicast_v6(destination)) return std::nullopt;
  using Weight = NeighborWord::Weight;
  return NeighborWord{.kind = message.is_solicited ? Kind::Answer : Kind::Announcement,
                      .weight = message.overrides ? Weight::Overrides : Weight::Confirms,
                      .sender = message.target,
                      .mac = message.mac,
                      .target = destination};
}

void NeighborProtocol::ask(const Interface& at, base::IpAddress target,
                           std::optional<base::MacAddress> believed) noexcept {
  const base::IpPrefix* ours = at.on_link(target);
  CHECK(ours != nullptr);
  if (target.is_v4()) {
    const ArpMessage request{.operation = ArpOperation::Request,
                             .sender_mac = at.mac(),
                             .sender_ip = ours->address,
                             .target_mac = {},
                             .target_ip = target};
    return send_arp(at, request, believed.value_or(base::MacAddress::broadcast()));
  }
  const base::IpAddress group = wire::solicited_node(target);
  send_ndp(at, {.kind = NdpKind::Solicitation, .target = target, .mac = at.mac()},
           {.source = ours->address,
            .destination = believed ? target : group,
            .mac = believed.value_or(wire::multicast_mac(group))});
}

void NeighborProtocol::answer(const Interface& at, const NeighborWord& question) noexcept {
  if (question.target.is_v4()) {
    DCHECK(question.mac.has_value());
    const ArpMessage reply{.operation = ArpOperation::Reply,
                           .sender_mac = at.mac(),
                           .sender_ip = question.target,
                           .target_mac = *question.mac,
                           .target_ip = question.sender};
    return send_arp(at, reply, *question.mac);
  }
  nic::Packet packet = advertisement(at, question);
  if (!packet) return;
  const base::MacAddress everybody = wire::multicast_mac(wire::all_nodes());
  at.stage(std::move(packet), question.mac.value_or(everybody), EtherType::Ipv6);
}

nic::Packet NeighborProtocol::advertisement(const Interface& at,
                                            const NeighborWord& question) noexcept {
  // RFC 4861 7.2.4: a probe has no address to answer to; everybody hears it.
  const bool is_probe = question.sender.is_unspecified();
  return build_ndp(at,
                   {.kind = NdpKind::Advertisement,
                    .target = question.target,
                    .mac = at.mac(),
                    .is_solicited = !is_probe,
                    .overrides = true},
                   {.source = question.target,
                    .destination = is_probe ? wire::all_nodes() : question.sender,
                    .mac = {}});
}

void NeighborProtocol::announce(const Interface& at, base::IpAddress ours) noexcept {
  if (ours.is_v4()) {
    const ArpMessage announcement{.operation = ArpOperation::Request,
                                  .sender_mac = at.mac(),
                                  .sender_ip = ours,
                                  .target_mac = {},
                                  .target_ip = ours};
    return send_arp(at, announcement, base::MacAddress::broadcast());
  }
  send_ndp(at,
           {.kind = NdpKind::Advertisement,
            .target = ours,
            .mac = at.mac(),
            .is_solicited = false,
            .overrides = true},
           {.source = ours,
            .destination = wire::all_nodes(),
            .mac = wire::multicast_mac(wire::all_nodes())});
}

void NeighborProtocol::send_arp(const Interface& at, const ArpMessage& message,
                                base::MacAddress to) noexcept {
  nic::Packet packet = pool_.allocate_packet();
  if (!packet) return at.queue().count_drop(wire::DropReason::PoolEmpty);
  wire::emit_arp(message, packet.append(wire::kArpBytes));
  at.stage(std::move(packet), to, EtherType::Arp);
}

void NeighborProtocol::send_ndp(const Interface& at, const NdpMessage& message,
                                const Reach& reach) noexcept {
  nic::Packet packet = build_ndp(at, message, reach);
  if (packet) at.stage(std::move(packet), reach.mac, EtherType::Ipv6);
}

nic::Packet NeighborProtocol::build_ndp(const Interface& at, const NdpMessage& message,
                                        const Reach& reach) noexcept {
  nic::Packet packet = pool_.allocate_packet();
  if (!packet) {
    at.queue().count_drop(wire::DropReason::PoolEmpty);
    return packet;
  }
  wire::emit_ndp(message, reach.source, reach.destination, packet.append(wire::ndp_bytes(message)));
  wire::emit_ipv6({.source = reach.source,
                   .destination = reach.destination,
                   .protocol = wire::kProtocolIcmpv6,
                   .hop_limit = wire::kHopLimitOfNeighbors,
                   .total_bytes = wire::kIpv6HeaderBytes + wire::ndp_bytes(message)},
                  packet.prepend(wire::kIpv6HeaderBytes));
  return packet;
}

}  // namespace penstock::net
