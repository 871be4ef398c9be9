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

void PortQueue::stage(Packet frame) noexcept {
  DCHECK(frame);
  if (staged_count_ == kStagedMax) flush();
  if (staged_count_ == kStagedMax) {
    // The port takes nothing: the newest frame goes, as on a full wire.
    counters_.drops.count(wire::DropReason::TxRefused);
    return;
  }
  staged_[staged_count_++] = std::move(frame);
}

void PortQueue::flush() noexcept {
  while (staged_count_ > 0) {
    std::array<uint32_t, kStagedMax> sizes;
    for (uint32_t i = 0; i < staged_count_; ++i) sizes[i] = staged_[i].size();
    const uint32_t taken = port_.transmit(queue_, std::span(staged_).first(staged_count_));
    if (taken == 0) {
      if (refused_before_) drop_front();
      refused_before_ = !refused_before_;
      return;
    }
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < taken; ++i) bytes += sizes[i];
    counters_.packets_sent.add(taken);
    counters_.bytes_sent.add(bytes);
    refused_before_ = false;
    remove_front(taken);
  }
}

void PortQueue::drop_front() noexcept {
  counters_.drops.count(wire::DropReason::TxRefused);
  staged_[0] = Packet();
  remove_front(1);
}

void PortQueue::remove_front(uint32_t count) noexcept {
  std::move(staged_.begin() + count, staged_.begin() + staged_count_, staged_.begin());
  staged_count_ -= count;
}

}  // namespace penstock::nic
