// SPDX-License-Identifier: Apache-2.0
//
// Resolver: who is on link, under which MAC. It answers for our addresses, asks for neighbours,
// keeps their MACs fresh, and holds the packets that wait for an answer: ARP and NDP alike.
// It believes: answers it asked for, the sender of a question for one of our addresses, and the
// announcement of a neighbour it knows already. Nothing else changes the table. Who never answered
// a question of ours is displaced, the oldest first, when we want to ask somebody else.
// Owned by one worker's Host. Frames leave through the interface's PortQueue.
// Invariants: (1) every entry has its timer armed; (2) packets wait only at entries in state
// Resolving; (3) an entry is in the list of the unproven until it answers.
// RFC 826, RFC 4861 7.2, 7.3 (as one machine of four states); RFC 1122 2.3.2 (validation by unicast
// poll, queueing); RFC 5227 (probe, announcement).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "dataplane/base/time.h"
#include "dataplane/net/interface.h"
#include "dataplane/net/ip_datagram.h"
#include "dataplane/net/neighbor.h"
#include "dataplane/net/neighbor_protocol.h"
#include "dataplane/net/next_hop.h"
#include "dataplane/net/waiting_packets.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/wire/arp.h"
#include "dataplane/wire/drop_reason.h"
#include "dataplane/wire/ndp.h"

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
  // `datagram` is the one that brought the message; its hop limit was 255.
  void on_ndp(const wire::NdpMessage& message, const IpDatagram& datagram,
              base::Instant now) noexcept;

  // The entry for a next hop, known or to be asked for; nullopt when the table is full.
  std::optional<uint16_t> neighbor_index(const NextHop& hop, base::Instant now) noexcept;
  const Neighbor& neighbor_at(uint16_t index) noexcept { return table_.at(index); }
  uint32_t generation() const noexcept { return table_.generation(); }
  // Makes every NextHopCache look up again (the routes have changed).
  void forget_indexes() noexcept { table_.forget_indexes(); }

  // Polls a neighbour before its time.
  void suspect(uint16_t index, base::Instant now) noexcept;

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
  // Of what somebody said in one family.
  struct Refusals {
    wire::DropReason not_for_us;
    wire::DropReason unsolicited;
    wire::DropReason source_illegal;
  };
  // Whether a neighbour has answered a question of ours.
  enum class Proof : uint8_t { None, Answered };

  static const Refusals& refusals_of(base::IpFamily family) noexcept;
  void on_word(const NeighborWord& word, uint8_t interface_index, base::Instant now) noexcept;
  bool is_neighbor(const NeighborWord& word, const Interface& at) const noexcept;
  void learn(const NeighborWord& word, uint8_t interface_index, base::Instant now) noexcept;
  bool believes(const NeighborWord& word, const Neighbor* known) const noexcept;
  void confirm(Neighbor& neighbor, base::MacAddress mac, Proof proof, base::Instant now) noexcept;
  void answer(const NeighborWord& question, uint8_t interface_index, base::Instant now) noexcept;
  Neighbor* add(uint8_t interface_index, base::IpAddress address) noexcept;
  Neighbor* add_or_displace(const NextHop& hop) noexcept;
  void forget(Neighbor& neighbor) noexcept;
  void ask(Neighbor& neighbor, base::Instant now) noexcept;
  SendResult enqueue(Neighbor& neighbor, nic::Packet&& ip_packet) noexcept;
  void frame_and_stage(const Neighbor& neighbor, nic::Packet&& ip_packet) noexcept;
  void send_announcements() noexcept;
  void on_deadline(Neighbor& neighbor, base::Instant now) noexcept;
  void fail(Neighbor& neighbor, base::Instant now) noexcept;
  void drop_waiting(Neighbor& neighbor, wire::DropReason reason) noexcept;
  void count_drop(uint8_t interface_index, wire::DropReason reason) const noexcept;

  std::span<const Interface> interfaces_;
  NeighborProtocol protocol_;
  NeighborTable table_;
  base::TimerWheel<Neighbor> timers_;
  base::List<Neighbor, UnprovenTag> unproven_;
  WaitingPackets waiting_;
  base::Instant announce_at_ = base::Instant::never();
  uint8_t announced_ = 0;  // how often
};

}  // namespace penstock::net
