// SPDX-License-Identifier: Apache-2.0
//
// SimulatedPort: a Port in memory. Frames that were transmitted wait as bytes until a test or a
// SimulatedLink takes them; frames that are delivered wait until they are received.
// Frames are copied both ways, so that neither side sees the other's buffers or metadata. Offloads
// that it claims it performs, like a NIC. It has one queue, or as many as it was given pools: then
// a function says on which a frame arrives. Single-threaded and deterministic.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/base/bytes.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/port.h"

namespace penstock::testing {

using Frame = std::vector<uint8_t>;

struct SimulatedPortSettings {
  std::string name = "sim0";
  base::MacAddress mac{{0x02, 0, 0, 0, 0, 0x01}};
  uint16_t mtu = 1500;
  nic::PortFeatures features = {};
};

class SimulatedPort final : public nic::Port {
 public:
  SimulatedPort(SimulatedPortSettings settings, nic::PacketPool& pool)
      : SimulatedPort(std::move(settings), {&pool}, [](base::ByteSpan) { return 0; }) {}

  // `spread` names the queue of a frame: below the number of `pools`.
  using Spread = std::function<uint16_t(base::ByteSpan frame)>;
  SimulatedPort(SimulatedPortSettings settings, std::vector<nic::PacketPool*> pools, Spread spread)
      : settings_(std::move(settings)), pools_(std::move(pools)), spread_(std::move(spread)) {
    arriving_.resize(pools_.size());
  }

  uint32_t receive(uint16_t queue, std::span<nic::Packet> packets) noexcept override;
  uint32_t transmit(uint16_t queue, std::span<nic::Packet> packets) noexcept override;
  nic::PortFeatures features() const noexcept override { return settings_.features; }
  base::MacAddress mac() const noexcept override { return settings_.mac; }
  uint16_t mtu() const noexcept override { return settings_.mtu; }
  std::string_view name() const noexcept override { return settings_.name; }

  // --- The wire's side.
  void deliver(Frame frame) { arriving_.at(spread_(frame)).push_back(std::move(frame)); }
  // The oldest frame that was transmitted; it must be there.
  Frame take_sent();
  std::deque<Frame> take_all_sent() { return std::exchange(sent_, {}); }
  size_t sent_count() const noexcept { return sent_.size(); }
  size_t arriving_count() const noexcept {
    size_t count = 0;
    for (const std::deque<Frame>& queue : arriving_) count += queue.size();
    return count;
  }
  size_t arriving_count(uint16_t queue) const { return arriving_.at(queue).size(); }

  // Transmits at most this many more frames, then refuses all.
  void limit_transmission(uint32_t frames) noexcept { transmit_room_ = frames; }
  // Frames that could not be received because the pool was empty.
  uint64_t missed() const noexcept { return missed_; }

 private:
  SimulatedPortSettings settings_;
  std::vector<nic::PacketPool*> pools_;  // by queue
  Spread spread_;
  std::vector<std::deque<Frame>> arriving_;  // by queue
  std::deque<Frame> sent_;
  uint32_t transmit_room_ = UINT32_MAX;
  uint64_t missed_ = 0;
};

}  // namespace penstock::testing
