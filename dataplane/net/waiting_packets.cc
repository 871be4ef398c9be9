// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/waiting_packets.h"

#include <utility>

namespace penstock::net {

WaitingPackets::WaitingPackets() noexcept {
  for (uint16_t i = 0; i < kNone; ++i) places_[i].next = static_cast<uint16_t>(i + 1);
}

WaitingPackets::Pushed WaitingPackets::push(Queue& queue, nic::Packet&& packet) noexcept {
  if (free_ == kNone || queue.count == base::kPacketsPerUnresolvedNeighborMax) return Pushed::Full;
  const uint16_t index = free_;
  free_ = places_[index].next;
  places_[index].packet = std::move(packet);
  if (queue.count == 0) {
    queue.first = index;
  } else {
    places_[queue.last].next = index;
  }
  queue.last = index;
  ++queue.count;
  return Pushed::Yes;
}

nic::Packet WaitingPackets::pop(Queue& queue) noexcept {
  if (queue.count == 0) return nic::Packet();
  const uint16_t index = queue.first;
  queue.first = places_[index].next;
  --queue.count;
  places_[index].next = free_;
  free_ = index;
  return std::exchange(places_[index].packet, nic::Packet());
}

}  // namespace penstock::net
