// SPDX-License-Identifier: Apache-2.0
//
// NeighborTable: who is on link, under which MAC, how sure we are of it, and the packets that wait
// for the answer. It stores and finds; when entries change state is decided in net/resolver.h.
// Owned by one worker's Host; allocates at construction only.
// Invariants: (1) (interface, address) occurs once; (2) at most kNeighborsMax entries; (3) at() of
// an index stays valid while generation() is what it was: every removal changes it.
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/flow_map.h"
#include "dataplane/base/limits.h"
#include "dataplane/base/list.h"
#include "dataplane/base/random.h"
#include "dataplane/base/slab.h"
#include "dataplane/base/timer_wheel.h"
#include "dataplane/net/waiting_packets.h"
#include "dataplane/wire/ethernet.h"

namespace penstock::net {

enum class NeighborState : uint8_t {
  Resolving,  // everybody was asked; packets wait
  Reachable,  // the MAC is good
  Probing,    // the MAC is good but old: asked again by unicast; packets go
  Failed,     // did not answer; packets are refused for a while
};

// Neighbours that never answered a question of ours, the oldest first.
struct UnprovenTag {};

struct Neighbor : base::TimerNode, base::ListNode<UnprovenTag> {
  base::IpAddress address;
  wire::EtherType type = wire::EtherType::Ipv4;  // of packets to it
  base::MacAddress mac;
  uint8_t interface_index = 0;
  NeighborState state = NeighborState::Resolving;
  uint8_t requests_sent = 0;
  bool used = false;  // a packet went there since it was last confirmed
  WaitingPackets::Queue waiting;

  bool has_mac() const noexcept {
    return state == NeighborState::Reachable || state == NeighborState::Probing;
  }
};

class NeighborTable {
 public:
  NeighborTable(uint32_t neighbors_max, base::SecretKey key);

  // nullptr when it is not known.
  Neighbor* find(uint8_t interface_index, base::IpAddress address) noexcept;
  // A new entry in state Resolving; nullptr when the table is full. It must not be there yet.
  Neighbor* add(uint8_t interface_index, base::IpAddress address) noexcept;
  // The timer must be cancelled, no packet waiting, and the list left.
  void remove(Neighbor& neighbor) noexcept;

  uint16_t index_of(const Neighbor& neighbor) const noexcept {
    return static_cast<uint16_t>(slab_.index_of(neighbor));
  }
  Neighbor& at(uint16_t index) noexcept { return slab_.at(index); }

  // Never 0 nor UINT32_MAX. An index that was cached under another generation must be looked up
  // again.
  uint32_t generation() const noexcept { return generation_; }
  void forget_indexes() noexcept;
  uint32_t size() const noexcept { return map_.size(); }

 private:
  uint32_t hash(uint8_t interface_index, base::IpAddress address) const noexcept;

  base::Slab<Neighbor> slab_;
  base::FlowMap map_;
  base::SecretKey key_;
  uint32_t generation_ = 1;
};

static_assert(base::kNeighborsMax <= UINT16_MAX);

}  // namespace penstock::net
