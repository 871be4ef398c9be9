// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/resolver.h"

#include <utility>

#include "dataplane/nic/offload.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::net {

using wire::ArpMessage;
using wire::ArpOperation;
using wire::DropReason;

Resolver::Resolver(const Settings& settings, nic::PacketPool& pool)
    : interfaces_(settings.interfaces),
      pool_(pool),
      table_(settings.neighbors_max, settings.key),
      timers_(settings.now) {}

Resolver::~Resolver() {
  // Every entry has its timer armed, so expiring everything visits all of them. The wheel is not
  // asked once more when it is empty: it would walk to the end of time.
  while (table_.size() > 0) {
    Neighbor* neighbor = timers_.expire_one(base::Instant::never());
    CHECK(neighbor != nullptr);
    drop_waiting(*neighbor);
    table_.remove(*neighbor);
  }
}

// --- In.

void Resolver::on_arp(base::ByteSpan bytes, uint8_t interface_index, base::Instant now) noexcept {
  const Interface& at = interfaces_[interface_index];
  const auto message = wire::parse_arp(bytes);
  if (!message) return count_drop(interface_index, message.error());
  const SourceVerdict source = judge_source(*message, at);
  if (source == SourceVerdict::Illegal) {
    return count_drop(interface_index, DropReason::ArpSourceIllegal);
  }
  if (source == SourceVerdict::Neighbor) learn(*message, interface_index, now);
  if (message->operation == ArpOperation::Request && at.owns(message->target_ip)) {
    answer(*message, at);
  }
}

Resolver::SourceVerdict Resolver::judge_source(const ArpMessage& message,
                                               const Interface& at) const noexcept {
  // RFC 5227 1.1: somebody asks whether an address is free. It gets an answer and teaches nothing.
  if (message.sender_ip.is_unspecified()) return SourceVerdict::Probe;
  const bool legal = at.on_link(message.sender_ip) != nullptr && !at.owns(message.sender_ip) &&
                     !at.is_broadcast(message.sender_ip) &&
                     message.sender_mac != base::MacAddress{};
  return legal ? SourceVerdict::Neighbor : SourceVerdict::Illegal;
}

void Resolver::learn(const ArpMessage& message, uint8_t interface_index,
                     base::Instant now) noexcept {
  const bool for_us = interfaces_[interface_index].owns(message.target_ip);
  const bool gratuitous = message.sender_ip == message.target_ip;
  if (!for_us && !gratuitous) return count_drop(interface_index, DropReason::ArpNotForUs);
  Neighbor* known = table_.find(interface_index, message.sender_ip);
  if (message.operation == ArpOperation::Reply && !gratuitous) {
    // An answer counts only while a question is open: this is what stops blind poisoning.
    const bool asked = known != nullptr && (known->state == NeighborState::Resolving ||
                                            known->state == NeighborState::Probing);
    if (!asked) return count_drop(interface_index, DropReason::ArpUnsolicited);
  }
  if (known == nullptr) {
    if (gratuitous) return count_drop(interface_index, DropReason::ArpUnsolicited);
    // Who asks for us is about to talk to us. A full table only costs a question later.
    known = table_.add(interface_index, message.sender_ip);
    if (known == nullptr) return count_drop(interface_index, DropReason::NeighborTableFull);
    known->source = message.target_ip;
  }
  confirm(*known, message.sender_mac, now);
}

void Resolver::confirm(Neighbor& neighbor, base::MacAddress mac, base::Instant now) noexcept {
  neighbor.mac = mac;
  neighbor.state = NeighborState::Reachable;
  neighbor.requests_sent = 0;
  neighbor.used = neighbor.waiting_count > 0;
  timers_.arm(neighbor, now + kRefreshInterval);
  for (uint8_t i = 0; i < neighbor.waiting_count; ++i) {
    frame_and_stage(neighbor, std::move(neighbor.waiting[i]));
  }
  waiting_total_ -= neighbor.waiting_count;
  neighbor.waiting_count = 0;
}

void Resolver::answer(const ArpMessage& request, const Interface& at) noexcept {
  const ArpMessage reply{.operation = ArpOperation::Reply,
                         .sender_mac = at.mac(),
                         .sender_ip = request.target_ip,
                         .target_mac = request.sender_mac,
                         .target_ip = request.sender_ip};
  send_arp(reply, request.sender_mac, at);
}

// --- Out.

std::optional<uint16_t> Resolver::neighbor_index(const NextHop& hop, base::Instant now) noexcept {
  Neighbor* neighbor = table_.find(hop.interface_index, hop.neighbor);
  if (neighbor == nullptr) {
    neighbor = table_.add(hop.interface_index, hop.neighbor);
    if (neighbor == nullptr) return std::nullopt;
    neighbor->source = hop.source;
    ask(*neighbor, now);
  }
  return table_.index_of(*neighbor);
}

SendResult Resolver::deliver(uint16_t index, nic::Packet&& ip_packet) noexcept {
  Neighbor& neighbor = table_.at(index);
  switch (neighbor.state) {
    case NeighborState::Reachable:
    case NeighborState::Probing:
      neighbor.used = true;
      frame_and_stage(neighbor, std::move(ip_packet));
      return SendResult::Sent;
    case NeighborState::Resolving:
      return enqueue(neighbor, std::move(ip_packet));
    case NeighborState::Failed:
      break;
  }
  count_drop(neighbor.interface_index, DropReason::NeighborUnresolved);
  return SendResult::Unreachable;
}

SendResult Resolver::enqueue(Neighbor& neighbor, nic::Packet&& ip_packet) noexcept {
  if (neighbor.waiting_count == neighbor.waiting.size() ||
      waiting_total_ == base::kPacketsAwaitingNeighborsMax) {
    count_drop(neighbor.interface_index, DropReason::NeighborQueueFull);
    return SendResult::Refused;
  }
  neighbor.waiting[neighbor.waiting_count++] = std::move(ip_packet);
  ++waiting_total_;
  return SendResult::Queued;
}

void Resolver::ask(Neighbor& neighbor, base::Instant now) noexcept {
  const Interface& out = interfaces_[neighbor.interface_index];
  // RFC 1122 2.3.2.1: an address that was good is polled by unicast, an unknown one by broadcast.
  const base::MacAddress to = neighbor.has_mac() ? neighbor.mac : base::MacAddress::broadcast();
  const ArpMessage request{.operation = ArpOperation::Request,
                           .sender_mac = out.mac(),
                           .sender_ip = neighbor.source,
                           .target_mac = {},
                           .target_ip = neighbor.address};
  send_arp(request, to, out);
  ++neighbor.requests_sent;
  timers_.arm(neighbor, now + kRequestInterval);
}

void Resolver::announce(base::Instant now) noexcept {
  announced_ = 0;
  announce_at_ = now;
  on_timers(now);
}

void Resolver::send_announcements() noexcept {
  for (const Interface& at : interfaces_) {
    for (const base::IpPrefix& ours : at.addresses()) {
      const ArpMessage announcement{.operation = ArpOperation::Request,
                                    .sender_mac = at.mac(),
                                    .sender_ip = ours.address,
                                    .target_mac = {},
                                    .target_ip = ours.address};
      send_arp(announcement, base::MacAddress::broadcast(), at);
    }
  }
}

void Resolver::send_arp(const ArpMessage& message, base::MacAddress to,
                        const Interface& at) noexcept {
  nic::Packet packet = pool_.allocate_packet();
  if (!packet) return at.queue().count_drop(DropReason::PoolEmpty);
  wire::emit_arp(message, packet.append(wire::kArpBytes));
  wire::emit_ethernet({.destination = to, .source = at.mac(), .type = wire::EtherType::Arp},
                      packet.prepend(wire::kEthernetHeaderBytes));
  at.queue().stage(std::move(packet));
}

void Resolver::frame_and_stage(const Neighbor& neighbor, nic::Packet&& ip_packet) noexcept {
  const Interface& out = interfaces_[neighbor.interface_index];
  wire::emit_ethernet(
      {.destination = neighbor.mac, .source = out.mac(), .type = wire::EtherType::Ipv4},
      ip_packet.prepend(wire::kEthernetHeaderBytes));
  out.queue().stage(std::move(ip_packet));
}

// --- Time.

void Resolver::on_timers(base::Instant now) noexcept {
  if (announce_at_ <= now) {
    send_announcements();
    const bool again = ++announced_ < kAnnouncements;
    const base::Duration wait = kAnnouncementInterval * (int64_t{1} << (announced_ - 1));
    announce_at_ = again ? now + wait : base::Instant::never();
  }
  while (Neighbor* neighbor = timers_.expire_one(now)) on_deadline(*neighbor, now);
}

void Resolver::on_deadline(Neighbor& neighbor, base::Instant now) noexcept {
  switch (neighbor.state) {
    case NeighborState::Resolving:
      if (neighbor.requests_sent < kRequestsMax) return ask(neighbor, now);
      return fail(neighbor, now);
    case NeighborState::Probing:
      if (neighbor.requests_sent < kRequestsMax) return ask(neighbor, now);
      // The MAC is no good any more; the next packet asks everybody.
      return table_.remove(neighbor);
    case NeighborState::Reachable:
      if (!neighbor.used) return table_.remove(neighbor);
      neighbor.state = NeighborState::Probing;
      return ask(neighbor, now);
    case NeighborState::Failed:
      return table_.remove(neighbor);
  }
}

void Resolver::fail(Neighbor& neighbor, base::Instant now) noexcept {
  drop_waiting(neighbor);
  neighbor.state = NeighborState::Failed;
  timers_.arm(neighbor, now + kFailureHold);
}

void Resolver::drop_waiting(Neighbor& neighbor) noexcept {
  for (uint8_t i = 0; i < neighbor.waiting_count; ++i) {
    neighbor.waiting[i] = nic::Packet();
    count_drop(neighbor.interface_index, DropReason::NeighborUnresolved);
  }
  waiting_total_ -= neighbor.waiting_count;
  neighbor.waiting_count = 0;
}

void Resolver::count_drop(uint8_t interface_index, DropReason reason) const noexcept {
  interfaces_[interface_index].queue().count_drop(reason);
}

}  // namespace penstock::net
