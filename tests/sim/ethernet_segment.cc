// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/ethernet_segment.h"

#include <array>
#include <utility>

#include "tests/sim/wire_view.h"

namespace penstock::testing {

namespace {

constexpr size_t kTagAt = 12;
constexpr size_t kTagBytes = 4;

Frame with_tag(Frame frame, uint16_t vlan) {
  if (vlan == 0) return frame;
  const std::array<uint8_t, kTagBytes> tag = {0x81, 0x00, static_cast<uint8_t>(vlan >> 8),
                                              static_cast<uint8_t>(vlan & 0xff)};
  frame.insert(frame.begin() + kTagAt, tag.begin(), tag.end());
  return frame;
}

Frame without_tag(Frame frame) {
  if (vlan_of(frame) == 0) return frame;
  frame.erase(frame.begin() + kTagAt, frame.begin() + kTagAt + kTagBytes);
  return frame;
}

}  // namespace

void EthernetSegment::attach(SimulatedPort& port, uint16_t vlan, const LinkPlan& plan,
                             uint64_t seed) {
  stations_.push_back({.port = &port,
                       .vlan = vlan,
                       .up = SimLink(plan, seed * 2),
                       .down = SimLink(plan, seed * 2 + 1)});
}

void EthernetSegment::carry(base::Instant now) {
  while (trunk_.sent_count() > 0) {
    Frame frame = trunk_.take_sent();
    tap_.on_sent(frame, WireTap::At::Trunk, now);
    send_down(std::move(frame), now);
  }
  for (Station& station : stations_) {
    while (station.port->sent_count() > 0) {
      Frame frame = station.port->take_sent();
      tap_.on_sent(frame, WireTap::At::Station, now);
      station.up.send(std::move(frame), now);
    }
    while (auto frame = station.down.take_arrived(now)) {
      tap_.on_arrived(*frame, WireTap::At::Station, now);
      station.port->deliver(std::move(*frame));
    }
    while (auto arrived = station.up.take_arrived(now)) {
      Frame frame = with_tag(std::move(*arrived), station.vlan);
      tap_.on_arrived(frame, WireTap::At::Trunk, now);
      trunk_.deliver(std::move(frame));
    }
  }
}

void EthernetSegment::send_down(Frame frame, base::Instant now) {
  const base::MacAddress to = destination_of(frame);
  const uint16_t vlan = vlan_of(frame);
  const Frame plain = without_tag(frame);
  bool has_receiver = to.is_multicast();
  for (Station& station : stations_) {
    if (station.vlan != vlan) continue;
    if (!to.is_multicast() && station.port->mac() != to) continue;
    has_receiver = true;
    station.down.send(plain, now);
  }
  if (!has_receiver) tap_.on_stray(frame);
}

base::Instant EthernetSegment::next_deadline() const noexcept {
  base::Instant next = base::Instant::never();
  for (const Station& station : stations_) {
    next = base::earlier(next, station.up.next_deadline());
    next = base::earlier(next, station.down.next_deadline());
  }
  return next;
}

void EthernetSegment::set_carries(size_t station, SimLink::Carries carries) {
  stations_[station].up.set_carries(carries);
  stations_[station].down.set_carries(carries);
}

void EthernetSegment::set_mtu_hole(size_t station, uint32_t bytes) {
  stations_[station].up.set_mtu_hole(bytes);
  stations_[station].down.set_mtu_hole(bytes);
}

}  // namespace penstock::testing
