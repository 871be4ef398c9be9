// SPDX-License-Identifier: Apache-2.0
//
// WaitingPackets: the packets that wait for neighbours to answer, one queue for each neighbour, out
// of one budget for all. Whose packet waits for whom, and for how long, is decided in
// net/resolver.h.
// Owned by one worker's Resolver; nothing allocates after construction.
// Invariants: (1) a packet leaves its queue in the order in which it came; (2) at most
// kPacketsPerUnresolvedNeighborMax a queue and kPacketsAwaitingNeighborsMax in all.
// RFC 1122 2.3.2.2, RFC 4861 7.2.2 (queueing).
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/base/limits.h"
#include "dataplane/nic/packet.h"

namespace penstock::net {

class WaitingPackets {
 public:
  // Of one neighbour; plain numbers, and empty when it is made.
  struct Queue {
    uint16_t first = 0;
    uint16_t last = 0;
    uint16_t count = 0;
  };

  enum class Pushed : uint8_t { Yes, Full };

  WaitingPackets() noexcept;

  // Takes the packet only when there is room.
  Pushed push(Queue& queue, nic::Packet&& packet) noexcept;
  // The oldest; a false Packet when the queue is empty.
  nic::Packet pop(Queue& queue) noexcept;

 private:
  struct Place {
    nic::Packet packet;
    uint16_t next = 0;
  };
  static constexpr uint16_t kNone = base::kPacketsAwaitingNeighborsMax;
  static_assert(base::kPacketsAwaitingNeighborsMax < UINT16_MAX);

  std::array<Place, base::kPacketsAwaitingNeighborsMax> places_;
  uint16_t free_ = 0;
};

}  // namespace penstock::net
