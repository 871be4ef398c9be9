// SPDX-License-Identifier: Apache-2.0
//
// How much memory a worker needs, as a written sum with one line per consumer. What is sized here
// is taken at start; at a limit there is a defined refusal (DESIGN.md, decision 8).
// The sum is for the load that limits promise, not for every connection at its worst at once:
// past it allocation fails, is counted as pool_empty, and TCP's own retransmission recovers.
// Pure functions; any thread.
#pragma once

#include <cstdint>

#include "dataplane/base/limits.h"
#include "dataplane/nic/packet_pool.h"

namespace penstock::worker {

inline constexpr uint32_t kReceiveDescriptors = 1024;   // per port queue
inline constexpr uint32_t kTransmitDescriptors = 1024;  // per port queue

// What an operator has decided that memory depends on.
struct SizingDemand {
  uint32_t workers = 1;
  uint32_t ports = 0;
  uint32_t connections = base::kConnectionsDefault;
  uint32_t packet_buffers = 0;  // 0: computed
  uint32_t mtu = 1500;          // the largest of all ports
};

// Packet buffers of one worker by who holds them.
struct BufferSum {
  uint32_t receive_rings = 0;   // always full of empty buffers
  uint32_t transmit_rings = 0;  // frames that the device has not sent yet
  uint32_t bursts = 0;          // received in this turn
  uint32_t staged = 0;          // waiting for the end of the turn, or for a port that is behind
  uint32_t neighbors = 0;       // waiting for an answer to ARP
  uint32_t handed_over = 0;     // on their way to other workers, or freed by them into their caches
  uint32_t small_messages = 0;  // a part of the connections has a message under way
  uint32_t bulk_transfers = 0;  // a few have both windows full

  constexpr uint32_t total() const noexcept {
    return receive_rings + transmit_rings + bursts + staged + neighbors + handed_over +
           small_messages + bulk_transfers;
  }
};

struct WorkerSizes {
  nic::PacketPoolSizes pool;
  uint64_t packet_bytes = 0;      // the pool, as DPDK lays it out
  uint64_t connection_bytes = 0;  // connections, exchanges and their tables, all in use
};

BufferSum buffer_sum(const SizingDemand& demand) noexcept;
WorkerSizes worker_sizes(const SizingDemand& demand) noexcept;

// Memory that DPDK is started with: the pools of all workers and what devices take.
uint32_t packet_megabytes(const SizingDemand& demand) noexcept;
// Memory of the whole process when every connection is in use.
uint32_t total_megabytes(const SizingDemand& demand) noexcept;

}  // namespace penstock::worker
