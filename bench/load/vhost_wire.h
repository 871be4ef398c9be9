// SPDX-License-Identifier: Apache-2.0
//
// VhostWire: one vhost-user device of DPDK as the load generator's end of a wire. The other end is
// penstockd's net_virtio_user: two processes, a real descriptor ring in shared memory, real copies,
// no kernel. Frames that the ring cannot take wait here and keep their order.
// With more than one queue the wire steers like a NIC: it hashes the addresses and ports of each
// frame by Toeplitz (sender_steering.h) and sends it to the queue that the redirection table names.
// Single-threaded.
#pragma once

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/load/frame.h"
#include "bench/load/outbox.h"
#include "bench/load/sender_steering.h"

namespace penstock::load {

class VhostWire final : public Outbox {
 public:
  // `device` as rte_dev_probe() takes it. Throws std::runtime_error with a sentence.
  VhostWire(const std::string& device, uint16_t queues, uint32_t buffers);
  VhostWire(const VhostWire&) = delete;
  VhostWire& operator=(const VhostWire&) = delete;
  ~VhostWire() override;

  uint8_t* begin() noexcept override;
  void commit(uint32_t bytes) noexcept override;
  // Hands what was committed to the rings, as much as they take. How many frames left.
  uint32_t flush() noexcept;

  // Takes what has arrived on all queues, at most kBurst frames of each, and calls take(Bytes) for
  // each after prefetch(Bytes) for all. How many there were.
  template <class Prefetch, class Take>
  uint32_t receive(Prefetch&& prefetch, Take&& take) noexcept {
    uint32_t total = 0;
    for (uint16_t queue = 0; queue < queues_; ++queue) {
      std::array<rte_mbuf*, kBurst> burst;
      const uint16_t count = rte_eth_rx_burst(port_, queue, burst.data(), kBurst);
      for (uint16_t i = 0; i < count; ++i) prefetch(bytes_of(burst[i]));
      for (uint16_t i = 0; i < count; ++i) take(bytes_of(burst[i]));
      rte_pktmbuf_free_bulk(burst.data(), count);
      total += count;
    }
    return total;
  }
  bool link_is_up() const noexcept;

 private:
  static constexpr uint16_t kBurst = 64;
  static constexpr uint32_t kWaitingMax = 4096;  // frames that the ring has not taken yet

  static Bytes bytes_of(const rte_mbuf* buffer) noexcept {
    // What Penstock chains is one piece here: vhost copies a frame into one buffer.
    return {rte_pktmbuf_mtod(buffer, const uint8_t*), buffer->data_len};
  }

  uint16_t port_ = 0;
  uint16_t queues_ = 1;
  rte_mempool* pool_ = nullptr;
  rte_mbuf* current_ = nullptr;
  std::vector<std::vector<rte_mbuf*>> waiting_;  // by queue
  uint32_t waiting_count_ = 0;
  SenderSteering steering_;
};

}  // namespace penstock::load
