// SPDX-License-Identifier: Apache-2.0
#include "bench/load/in_process_wire.h"

#include <x86intrin.h>

#include <cstring>
#include <utility>

namespace penstock::load {

namespace {

// Adds the cycles of its own life.
class Timed {
 public:
  explicit Timed(uint64_t& cycles) noexcept : cycles_(cycles), began_(__rdtsc()) {}
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  ~Timed() { cycles_ += __rdtsc() - began_; }

 private:
  uint64_t& cycles_;
  uint64_t began_;
};

}  // namespace

uint32_t InProcessWire::receive(uint16_t, std::span<nic::Packet> packets) noexcept {
  const Timed wire(cycles_);
  uint32_t count = 0;
  while (count < packets.size() && to_taken_ < to_count_) {
    nic::Packet packet = pool_.allocate_packet();
    if (!packet) break;
    const Frame& frame = to_worker_[to_taken_++];
    std::memcpy(packet.append(frame.size).data(), frame.bytes.data(), frame.size);
    packet.buffer()->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_GOOD | RTE_MBUF_F_RX_IP_CKSUM_GOOD;
    packets[count++] = std::move(packet);
  }
  if (to_taken_ == to_count_) to_taken_ = to_count_ = 0;
  return count;
}

uint32_t InProcessWire::transmit(uint16_t, std::span<nic::Packet> packets) noexcept {
  const Timed wire(cycles_);
  uint32_t count = 0;
  for (nic::Packet& packet : packets) {
    if (from_count_ == kFramesMax) break;
    Frame& frame = from_worker_[from_count_++];
    frame.size = 0;
    for (const rte_mbuf* part = packet.buffer(); part != nullptr; part = part->next) {
      std::memcpy(&frame.bytes[frame.size], rte_pktmbuf_mtod(part, const uint8_t*), part->data_len);
      frame.size += part->data_len;
    }
    packet = nic::Packet();
    ++count;
  }
  return count;
}

uint8_t* InProcessWire::begin() noexcept {
  return to_count_ == kFramesMax ? nullptr : to_worker_[to_count_].bytes.data();
}

void InProcessWire::commit(uint32_t bytes) noexcept { to_worker_[to_count_++].size = bytes; }

}  // namespace penstock::load
