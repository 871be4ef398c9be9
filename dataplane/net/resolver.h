// SPDX-License-Identifier: Apache-2.0
//
// Resolver: ARP. It answers for our addresses, asks for neighbours, keeps their MACs fresh, and
// holds the packets that wait for an answer.
// It believes: answers it asked for, the sender of a request for one of our addresses, and a
// gratuitous announcement of a neighbour it knows already. Nothing else changes the table.
// Owned by one worker's Host. Frames leave through the interface's PortQueue.
// Invariants: (1) every entry has its timer armed; (2) packets wait only at entries in state
// Resolving, at most kPacketsPerUnresolvedNeighborMax each and kPacketsAwaitingNeighborsMax in all.
// RFC 826; RFC 1122 2.3.2 (validation by unicast poll, queueing); RFC 5227 (probe, announcement).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "dataplane/base/time.h"
#include "dataplane/net/interface.h"
#include "dataplane/net/ip_datagram.h"
#include "dataplane/net/neighbor.h"
#include "dataplane/net/next_hop.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/wire/arp.h"

namespace penstock::net {

class Resolver {
 public:
  // Requests are repeated at this distance, this often; then the neighbour has failed.
  static constexpr base::Duration kRequestInterval = base::Duration::from_s(1);
  static constexpr uint8_t kRequestsMax = 3;
  // A MAC that is in use is asked for again by unicast after this time; one that is not, forgotten.
  static constexpr base::Duration kRefreshInterval = base::Duration::from_s(30);
  // Packets to a neighbour that failed are refused for this long before it is asked again.
  static constexpr base::Duration kFailureHold = base::Duration::from_s(3);
  // Announcements: RFC 5227 asks for two, 2 s apart; ours are spread over 3.1 s, the first ones
  // close together, for whoever takes over an address is waited for.
  static constexpr uint8_t kAnnouncements = 6;
  static constexpr base::Duration kAnnouncementInterval = base::Duration::from_ms(100);

  struct Settings {
    std::span<const Interface> interfaces;
    uint32_t neighbors_max = base::kNeighborsMax;
    base::SecretKey key;
    base::Instant now;
  };
  Resolver(const Settings& settings, nic::PacketPool& pool);
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver();

  // `message` is an Ethernet payload of type ARP.
  void on_arp(base::ByteSpan message, uint8_t interface_index, base::Instant now) noexcept;

  // The entry for a next hop, known or to be asked for; nullopt when the table is full.
  std::optional<uint16_t> neighbor_index(const NextHop& hop, base::Instant now) noexcept;
  const Neighbor& neighbor_at(uint16_t index) noexcept { return table_.at(index); }
  uint32_t generation() const noexcept { return table_.generation(); }
  // Makes every NextHopCache look up again (the routes have changed).
  void forget_indexes() noexcept { table_.forget_indexes(); }

  // Sends an IP packet to the neighbour: at once, after its answer, or not at all.
  SendResult deliver(uint16_t index, nic::Packet&& ip_packet) noexcept;

  // Says who we are, now and a few times more: what is said before a link or a bridge is up is
  // heard by nobody.
  void announce(base::Instant now) noexcept;
  void on_timers(base::Instant now) noexcept;
  base::Instant next_deadline() const noexcept {
    return base::earlier(timers_.next_deadline(), announce_at_);
  }
  uint32_t neighbors_count() const noexcept { return table_.size(); }

 private:
  enum class SourceVerdict : uint8_t { Neighbor, Probe, Illegal };

  SourceVerdict judge_source(const wire::ArpMessage& message, const Interface& at) const noexcept;
  void learn(const wire::ArpMessage& message, uint8_t interface_index, base::Instant now) noexcept;
  void confirm(Neighbor& neighbor, base::MacAddress mac, base::Instant now) noexcept;
  void send_announcements() noexcept;
  void answer(const wire::ArpMessage& request, const Interface& at) noexcept;
  void ask(Neighbor& neighbor, base::Instant now) noexcept;
  void send_arp(const wire::ArpMessage& message, base::MacAddress to, const Interface& at) noexcept;
  SendResult enqueue(Neighbor& neighbor, nic::Packet&& ip_packet) noexcept;
  void frame_and_stage(const Neighbor& neighbor, nic::Packet&& ip_packet) noexcept;
  void on_deadline(Neighbor& neighbor, base::Instant now) noexcept;
  void fail(Neighbor& neighbor, base::Instant now) noexcept;
  void drop_waiting(Neighbor& neighbor) noexcept;
  void count_drop(uint8_t interface_index, wire::DropReason reason) const noexcept;

  std::span<const Interface> interfaces_;
  nic::PacketPool& pool_;
  NeighborTable table_;
  base::TimerWheel<Neighbor> timers_;
  uint32_t waiting_total_ = 0;
  base::Instant announce_at_ = base::Instant::never();
  uint8_t announced_ = 0;  // how often
};

}  // namespace penstock::net
