// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/neighbor.h"

#include "dataplane/base/siphash.h"

namespace penstock::net {

NeighborTable::NeighborTable(uint32_t neighbors_max, base::SecretKey key)
    : slab_(neighbors_max), map_(neighbors_max), key_(key) {}

Neighbor* NeighborTable::find(uint8_t interface_index, base::IpAddress address) noexcept {
  const uint32_t index = map_.find(hash(interface_index, address), [&](uint32_t candidate) {
    const Neighbor& neighbor = slab_.at(candidate);
    return neighbor.address == address && neighbor.interface_index == interface_index;
  });
  return index == base::FlowMap::kNone ? nullptr : &slab_.at(index);
}

Neighbor* NeighborTable::add(uint8_t interface_index, base::IpAddress address) noexcept {
  DCHECK(find(interface_index, address) == nullptr);
  Neighbor* neighbor = slab_.acquire();
  if (neighbor == nullptr) return nullptr;
  neighbor->interface_index = interface_index;
  neighbor->address = address;
  neighbor->type = address.is_v4() ? wire::EtherType::Ipv4 : wire::EtherType::Ipv6;
  map_.insert(hash(interface_index, address), slab_.index_of(*neighbor));
  return neighbor;
}

void NeighborTable::remove(Neighbor& neighbor) noexcept {
  DCHECK(!neighbor.is_armed() && neighbor.waiting.count == 0);
  map_.erase(hash(neighbor.interface_index, neighbor.address), slab_.index_of(neighbor));
  slab_.release(&neighbor);
  forget_indexes();
}

void NeighborTable::forget_indexes() noexcept {
  // 0 is the generation of a cache that was never filled, and the last one of a cache that names a
  // MAC by itself.
  if (++generation_ == UINT32_MAX) generation_ = 1;
}

uint32_t NeighborTable::hash(uint8_t interface_index, base::IpAddress address) const noexcept {
  return static_cast<uint32_t>(
      base::siphash13(key_, address.high(), address.low(), uint64_t{interface_index}));
}

}  // namespace penstock::net
