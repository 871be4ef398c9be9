// SPDX-License-Identifier: Apache-2.0
//
// ARP and NDP as one conversation: what neighbours say becomes a NeighborWord, and what we say is
// sent in the protocol of the address's family. What is believed is decided in net/resolver.h.
// Owned by one worker's Resolver. Frames leave through the interface's PortQueue; one that finds no
// buffer is counted there.
// Invariant: what we say carries our MAC and an address of ours, and NDP the hop limit 255.
// RFC 826, RFC 5227 (announcements); RFC 4861 7.2.
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/base/address.h"
#include "dataplane/net/interface.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/wire/arp.h"
#include "dataplane/wire/ndp.h"

namespace penstock::net {

// What a neighbour said.
struct NeighborWord {
  enum class Kind : uint8_t {
    Question,      // who has `target`?
    Answer,        // to a question of `target`: I am here
    Announcement,  // to everybody: I am here
  };
  // Whether the MAC replaces one that is known.
  enum class Weight : uint8_t { Overrides, Confirms };

  Kind kind = Kind::Question;
  Weight weight = Weight::Overrides;
  base::IpAddress sender;  // unspecified: somebody asks whether `target` is free (a probe)
  std::optional<base::MacAddress> mac;  // of the sender; IPv6 may leave it out
  base::IpAddress target;
};

NeighborWord word_of(const wire::ArpMessage& message) noexcept;
// The addresses are those of the IPv6 header. nullopt when the message must not have them.
std::optional<NeighborWord> word_of(const wire::NdpMessage& message, base::IpAddress source,
                                    base::IpAddress destination) noexcept;

class NeighborProtocol {
 public:
  explicit NeighborProtocol(nic::PacketPool& pool) noexcept : pool_(pool) {}

  // Who has `target`? Asks everybody, or the one that we believe to have it.
  void ask(const Interface& at, base::IpAddress target,
           std::optional<base::MacAddress> believed) noexcept;
  // To a question that names its sender's MAC, or a probe.
  void answer(const Interface& at, const NeighborWord& question) noexcept;
  // The same as an IPv6 packet for who named no MAC; false when there is no buffer.
  nic::Packet advertisement(const Interface& at, const NeighborWord& question) noexcept;
  // Here we are, to everybody.
  void announce(const Interface& at, base::IpAddress ours) noexcept;

 private:
  struct Reach {
    base::IpAddress source;
    base::IpAddress destination;
    base::MacAddress mac;
  };

  void send_arp(const Interface& at, const wire::ArpMessage& message, base::MacAddress to) noexcept;
  void send_ndp(const Interface& at, const wire::NdpMessage& message, const Reach& reach) noexcept;
  nic::Packet build_ndp(const Interface& at, const wire::NdpMessage& message,
                        const Reach& reach) noexcept;

  nic::PacketPool& pool_;
};

}  // namespace penstock::net
