// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/resolver.h"

#include <utility>

#include "dataplane/base/check.h"

namespace penstock::net {

using wire::DropReason;

Resolver::Resolver(const Settings& settings, nic::PacketPool& pool)
    : interfaces_(settings.interfaces),
      protocol_(pool),
      table_(settings.neighbors_max, settings.key),
      timers_(settings.now) {}

Resolver::~Resolver() {
  // Every entry has its timer armed, so expiring everything visits all of them. The wheel is not
  // asked once more when it is empty: it would walk to the end of time.
  while (table_.size() > 0) {
    Neighbor* neighbor = timers_.expire_one(base::Instant::never());
    CHECK(neighbor != nullptr);
    forget(*neighbor);
  }
}

// --- In.

void Resolver::on_arp(base::ByteSpan bytes, uint8_t interface_index, base::Instant now) noexcept {
  const auto message = wire::parse_arp(bytes);
  if (!message) return count_drop(interface_index, message.error());
  on_word(word_of(*message), interface_index, now);
}

void Resolver::on_ndp(const wire::NdpMessage& message, const IpDatagram& datagram,
                      base::Instant now) noexcept {
  const auto word = word_of(message, datagram.source, datagram.destination);
  if (!word) return count_drop(datagram.interface_index, DropReason::NdpMalformed);
  on_word(*word, datagram.interface_index, now);
}

const Resolver::Refusals& Resolver::refusals_of(base::IpFamily family) noexcept {
  static constexpr Refusals kArp{.not_for_us = DropReason::ArpNotForUs,
                                 .unsolicited = DropReason::ArpUnsolicited,
                                 .source_illegal = DropReason::ArpSourceIllegal};
  static constexpr Refusals kNdp{.not_for_us = DropReason::NdpNotForUs,
                                 .unsolicited = DropReason::NdpUnsolicited,
                                 .source_illegal = DropReason::NdpSourceIllegal};
  return family == base::IpFamily::V4 ? kArp : kNdp;
}

void Resolver::on_word(const NeighborWord& word, uint8_t interface_index,
                       base::Instant now) noexcept {
  const Interface& at = interfaces_[interface_index];
  const Refusals& refusals = refusals_of(word.target.family());
  // RFC 5227 1.1, RFC 4862 5.4: somebody asks whether an address is free. It gets an answer and
  // teaches nothing.
  const bool is_probe = word.sender.is_unspecified();
  const bool is_legal =
      is_probe ? word.kind == NeighborWord::Kind::Question : is_neighbor(word, at);
  if (!is_legal) {
    return count_drop(interface_index, refusals.source_illegal);
  }
  if (word.kind != NeighborWord::Kind::Announcement && !at.owns(word.target)) {
    return count_drop(interface_index, refusals.not_for_us);
  }
  if (!is_probe) learn(word, interface_index, now);
  if (word.kind == NeighborWord::Kind::Question) answer(word, interface_index, now);
}

bool Resolver::is_neighbor(const NeighborWord& word, const Interface& at) const noexcept {
  return at.on_link(word.sender) != nullptr && !at.owns(word.sender) &&
         !at.is_broadcast(word.sender) && word.mac != base::MacAddress{};
}

void Resolver::learn(const NeighborWord& word, uint8_t interface_index,
                     base::Instant now) noexcept {
  Neighbor* known = table_.find(interface_index, word.sender);
  if (!believes(word, known)) {
    return count_drop(interface_index, refusals_of(word.sender.family()).unsolicited);
  }
  // Who asks without saying where he is teaches nothing; the answer to him has to ask first.
  if (!word.mac && (known == nullptr || !known->has_mac())) return;
  if (known == nullptr) {
    // Who asks for us is about to talk to us. A full table only costs a question later.
    known = add(interface_index, word.sender);
    if (known == nullptr) return count_drop(interface_index, DropReason::NeighborTableFull);
  }
  confirm(*known, word.mac.value_or(known->mac),
          word.kind == NeighborWord::Kind::Answer ? Proof::Answered : Proof::None, now);
}

bool Resolver::believes(const NeighborWord& word, const Neighbor* known) const noexcept {
  if (word.kind == NeighborWord::Kind::Question) return true;
  // Neither an answer nor an announcement makes a neighbour of a stranger.
  if (known == nullptr) return false;
  if (!word.mac && !known->has_mac()) return false;
  if (known->has_mac() && word.mac && *word.mac != known->mac &&
      word.weight == NeighborWord::Weight::Confirms) {
    return false;
  }
  if (word.kind == NeighborWord::Kind::Announcement) return true;
  // An answer counts only while a question is open: this is what stops blind poisoning.
  return known->state == NeighborState::Resolving || known->state == NeighborState::Probing;
}

void Resolver::confirm(Neighbor& neighbor, base::MacAddress mac, Proof proof,
                       base::Instant now) noexcept {
  neighbor.mac = mac;
  neighbor.state = NeighborState::Reachable;
  neighbor.requests_sent = 0;
  neighbor.used = neighbor.waiting.count > 0;
  timers_.arm(neighbor, now + kRefreshInterval);
  if (proof == Proof::Answered && neighbor.base::ListNode<UnprovenTag>::is_linked()) {
    unproven_.remove(neighbor);
  }
  while (nic::Packet packet = waiting_.pop(neighbor.waiting)) {
    frame_and_stage(neighbor, std::move(packet));
  }
}

void Resolver::answer(const NeighborWord& question, uint8_t interface_index,
                      base::Instant now) noexcept {
  const Interface& at = interfaces_[interface_index];
  if (question.mac || question.sender.is_unspecified()) return protocol_.answer(at, question);
  nic::Packet packet = protocol_.advertisement(at, question);
  if (!packet) return;
  const NextHop hop{
      .interface_index = interface_index, .neighbor = question.sender, .source = question.target};
  const auto index = neighbor_index(hop, now);
  if (!index) return count_drop(interface_index, DropReason::NeighborTableFull);
  deliver(*index, std::move(packet));
}

// --- Entries.

std::optional<uint16_t> Resolver::neighbor_index(const NextHop& hop, base::Instant now) noexcept {
  Neighbor* neighbor = table_.find(hop.interface_index, hop.neighbor);
  if (neighbor == nullptr) {
    neighbor = add_or_displace(hop);
    if (neighbor == nullptr) return std::nullopt;
    ask(*neighbor, now);
  }
  return table_.index_of(*neighbor);
}

Neighbor* Resolver::add(uint8_t interface_index, base::IpAddress address) noexcept {
  Neighbor* neighbor = table_.add(interface_index, address);
  if (neighbor != nullptr) unproven_.push_back(*neighbor);
  return neighbor;
}

Neighbor* Resolver::add_or_displace(const NextHop& hop) noexcept {
  Neighbor* neighbor = add(hop.interface_index, hop.neighbor);
  if (neighbor != nullptr || unproven_.empty()) return neighbor;
  // Whoever fills the table with addresses that do not answer fills it with these.
  Neighbor& oldest = *unproven_.front();
  drop_waiting(oldest, DropReason::NeighborDisplaced);
  forget(oldest);
  return add(hop.interface_index, hop.neighbor);
}

void Resolver::forget(Neighbor& neighbor) noexcept {
  timers_.cancel(neighbor);
  drop_waiting(neighbor, DropReason::NeighborUnresolved);
  if (neighbor.base::ListNode<UnprovenTag>::is_linked()) unproven_.remove(neighbor);
  table_.remove(neighbor);
}

// --- Out.

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
  if (waiting_.push(neighbor.waiting, std::move(ip_packet)) == WaitingPackets::Pushed::Yes) {
    return SendResult::Queued;
  }
  count_drop(neighbor.interface_index, DropReason::NeighborQueueFull);
  return SendResult::Refused;
}

void Resolver::ask(Neighbor& neighbor, base::Instant now) noexcept {
  // RFC 1122 2.3.2.1: an address that was good is polled by unicast, an unknown one by everybody.
  const auto believed = neighbor.has_mac() ? std::optional(neighbor.mac) : std::nullopt;
  protocol_.ask(interfaces_[neighbor.interface_index], neighbor.address, believed);
  ++neighbor.requests_sent;
  timers_.arm(neighbor, now + kRequestInterval);
}

void Resolver::frame_and_stage(const Neighbor& neighbor, nic::Packet&& ip_packet) noexcept {
  interfaces_[neighbor.interface_index].stage(std::move(ip_packet), neighbor.mac, neighbor.type);
}

void Resolver::announce(base::Instant now) noexcept {
  announced_ = 0;
  announce_at_ = now;
  on_timers(now);
}

void Resolver::send_announcements() noexcept {
  for (const Interface& at : interfaces_) {
    for (const base::IpPrefix& ours : at.addresses()) protocol_.announce(at, ours.address);
  }
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

void Resolver::suspect(uint16_t index, base::Instant now) noexcept {
  Neighbor& neighbor = table_.at(index);
  if (neighbor.state != NeighborState::Reachable) return;
  neighbor.state = NeighborState::Probing;
  ask(neighbor, now);
}

void Resolver::on_deadline(Neighbor& neighbor, base::Instant now) noexcept {
  switch (neighbor.state) {
    case NeighborState::Resolving:
      if (neighbor.requests_sent < kRequestsMax) return ask(neighbor, now);
      return fail(neighbor, now);
    case NeighborState::Probing:
      if (neighbor.requests_sent < kRequestsMax) return ask(neighbor, now);
      // The MAC is no good any more; the next packet asks everybody.
      return forget(neighbor);
    case NeighborState::Reachable:
      if (!neighbor.used) return forget(neighbor);
      neighbor.state = NeighborState::Probing;
      return ask(neighbor, now);
    case NeighborState::Failed:
      return forget(neighbor);
  }
}

void Resolver::fail(Neighbor& neighbor, base::Instant now) noexcept {
  drop_waiting(neighbor, DropReason::NeighborUnresolved);
  neighbor.state = NeighborState::Failed;
  timers_.arm(neighbor, now + kFailureHold);
}

void Resolver::drop_waiting(Neighbor& neighbor, DropReason reason) noexcept {
  while (waiting_.pop(neighbor.waiting)) count_drop(neighbor.interface_index, reason);
}

void Resolver::count_drop(uint8_t interface_index, DropReason reason) const noexcept {
  interfaces_[interface_index].queue().count_drop(reason);
}

}  // namespace penstock::net
