// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/port_queue.h"

#include <algorithm>
#include <utility>

namespace penstock::nic {

uint32_t PortQueue::receive(std::span<Packet> packets) noexcept {
  const uint32_t count = port_.receive(queue_, packets);
  if (count == 0) return 0;
  uint64_t bytes = 0;
  for (const Packet& packet : packets.first(count)) bytes += packet.size();
  counters_.packets_received.add(count);
  counters_.bytes_received.add(bytes);
  return count;
}

void PortQueue::stage(Packet&& frame) noexcept {
  DCHECK(frame);
  if (staged_count_ == base::kStagedPacketsMax) {
    // The port is far behind: the newest frame goes, as on a full wire.
    counters_.drops.count(wire::DropReason::TxRefused);
    return;
  }
  staged_[(front_ + staged_count_) & kMask] = std::move(frame);
  ++staged_count_;
  // A burst is full. While the port is behind it is not asked for each frame anew.
  if (staged_count_ == base::kBurstPackets) flush();
}

void PortQueue::flush() noexcept {
  while (staged_count_ > 0) {
    // In one piece: to the end of the ring at most.
    const uint32_t wanted =
        std::min({staged_count_, base::kBurstPackets, base::kStagedPacketsMax - front_});
    const std::span<Packet> burst = std::span(staged_).subspan(front_, wanted);
    std::array<uint32_t, base::kBurstPackets> sizes;
    for (uint32_t i = 0; i < wanted; ++i) sizes[i] = burst[i].size();
    const uint32_t taken = port_.transmit(queue_, burst);
    if (taken == 0) {
      if (features_.stops_at_bad_frame && refused_before_) drop_front();
      refused_before_ = !refused_before_;
      return;
    }
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < taken; ++i) bytes += sizes[i];
    counters_.packets_sent.add(taken);
    counters_.bytes_sent.add(bytes);
    refused_before_ = false;
    has_sent_ = true;
    front_ = (front_ + taken) & kMask;
    staged_count_ -= taken;
    if (taken < wanted) return;
  }
}

void PortQueue::drop_front() noexcept {
  counters_.drops.count(wire::DropReason::TxRefused);
  staged_[front_] = Packet();
  front_ = (front_ + 1) & kMask;
  --staged_count_;
}

}  // namespace penstock::nic
