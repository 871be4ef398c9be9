// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/port_wire.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "dataplane/base/limits.h"
#include "dataplane/nic/rss.h"
#include "dataplane/wire/frame_subject.h"
#include "tests/support/rss_key.h"

namespace penstock::testing {

namespace {

using nic::SteeredBy;
using nic::Steering;
using Wire = Scenario::Wire;

// Large, so that a few entries are a few source ports: each has four of the 65536.
constexpr size_t kTableEntries = 1 << 14;

std::array<uint8_t, 40> other_key() {
  std::array<uint8_t, 40> key = kVerificationKey;
  std::reverse(key.begin(), key.end());
  return key;
}

// With `source_ports` the rest of the table is somebody else's.
std::vector<uint16_t> table_of(uint32_t workers, uint32_t source_ports) {
  const size_t mine = source_ports == 0 ? kTableEntries : size_t{source_ports} * workers;
  std::vector<uint16_t> table(kTableEntries, Steering::kNobody);
  const size_t stride = kTableEntries / std::bit_ceil(mine);
  for (size_t i = 0; i < mine; ++i) table[i * stride] = static_cast<uint16_t>(i % workers);
  return table;
}

// To whom replies come by this way that had no port.
void add_missing(std::vector<uint16_t>& table, uint32_t workers, const WayToBackend& way) {
  const nic::Toeplitz toeplitz(kVerificationKey);
  const uint32_t partial = toeplitz.partial_hash(way.backend, way.ours);
  const auto entry_of = [&](uint32_t port) -> uint16_t& {
    return table[(partial ^ toeplitz.port_hash(way.ours, static_cast<uint16_t>(port))) %
                 kTableEntries];
  };
  std::set<uint16_t> served;
  for (uint32_t port = base::kSourcePortLowest; port < 65'536; ++port)
    served.insert(entry_of(port));
  uint32_t port = base::kSourcePortLowest;
  for (uint16_t worker = 0; worker < workers; ++worker) {
    if (served.contains(worker)) continue;
    while (entry_of(port) != Steering::kNobody) ++port;
    entry_of(port) = worker;
  }
}

nic::SteeredFamilies families_of(Wire wire) {
  if (wire == Wire::Rules) return {SteeredBy::Rules, SteeredBy::Rules};
  if (wire == Wire::UnknownHash) return {SteeredBy::Workers, SteeredBy::Workers};
  return {SteeredBy::Nic, wire == Wire::NicForV4 ? SteeredBy::Workers : SteeredBy::Nic};
}

bool is_segment(const wire::FrameSubject& subject) {
  return subject.kind == wire::FrameSubject::Kind::Segment ||
         subject.kind == wire::FrameSubject::Kind::Opening;
}

}  // namespace

PortWire::PortWire(Wire wire, uint32_t workers, uint32_t source_ports,
                   const std::vector<WayToBackend>& ways)
    : wire_(wire), workers_(workers) {
  std::vector<uint16_t> table = table_of(workers, source_ports);
  if (source_ports != 0 && wire != Wire::Rules) {
    for (const WayToBackend& way : ways) add_missing(table, workers, way);
  }
  told_ = std::make_unique<Steering>(families_of(wire), kVerificationKey, std::move(table));
}

SimulatedPort::Spread PortWire::spread() const {
  const auto other = std::make_shared<Steering>(Steering::among_workers(other_key(), workers_));
  return [this, other](base::ByteSpan frame) -> uint16_t {
    const wire::FrameSubject subject = wire::frame_subject(frame);
    if (!is_segment(subject)) {
      const uint32_t any = std::accumulate(frame.begin(), frame.end(), 0u);
      return static_cast<uint16_t>(wire_ == Wire::UnknownHash ? any % workers_ : 0);
    }
    const uint16_t told = told_->worker_of(subject.remote, subject.local);
    if (does_as_told(subject.local.address) && told != Steering::kNobody) return told;
    return other->worker_of(subject.remote, subject.local);
  };
}

bool PortWire::does_as_told(base::IpAddress local) const {
  return wire_ != Wire::LyingNic && told_->by(local) != SteeredBy::Workers;
}

}  // namespace penstock::testing
