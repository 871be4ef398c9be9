// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/sizing.h"

#include <rte_mbuf.h>

#include <algorithm>

#include "dataplane/base/shared_counts.h"
#include "dataplane/base/token_buckets.h"
#include "dataplane/worker/mesh.h"

namespace penstock::worker {

namespace {

constexpr uint64_t kMegabyte = 1024 * 1024;

// One connection in two holds one buffer of a small message: most are idle, some hold several.
constexpr uint32_t kConnectionsPerSmallMessage = 2;
// One connection in so many transfers in bulk, but always a few.
constexpr uint32_t kConnectionsPerBulkTransfer = 1024;
constexpr uint32_t kBulkTransfersMin = 16;
// Both windows of a bulk transfer in full segments.
constexpr uint32_t kBuffersPerBulkTransfer =
    (base::kReceiveWindowBytes + base::kSendBufferBytes) / 1460 + 2;
// Enough for the heads of a thousand exchanges; those of more than that leave the cache anyway.
constexpr uint32_t kSlices = 4096;
// Packets that wait for neighbours, all neighbours together.
constexpr uint32_t kNeighborPackets = base::kPacketsAwaitingNeighborsMax;
// On their way to one other worker, and freed there but not yet given back.
constexpr uint32_t kBuffersPerPeer = base::kMeshFramesMax + nic::PacketPool::kCacheBuffersMax;

// What rte_mempool adds to an object: its header, and rounding so that objects spread over memory
// channels.
constexpr uint64_t kObjectOverheadBytes = 192;
// Without huge pages no object crosses a page that fits into one, so that a buffer takes one for
// itself, and a large one several.
constexpr uint64_t kPageBytes = 4096;
constexpr uint64_t buffer_bytes(uint32_t frame_bytes) noexcept {
  const uint64_t bytes =
      sizeof(rte_mbuf) + nic::PacketPool::kHeadroomBytes + frame_bytes + kObjectOverheadBytes;
  return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}
static_assert(buffer_bytes(nic::PacketPool::kDataBytes) == kPageBytes);
constexpr uint64_t kReferenceBytes = sizeof(rte_mbuf) + kObjectOverheadBytes;

// A connection of either side with its place in the flow table, its timers and its half of an
// exchange.
constexpr uint64_t kBytesPerConnection = 4096;

// Descriptor rings, device structures and DPDK's own books.
constexpr uint64_t kBytesPerPort = 4 * kMegabyte;
constexpr uint64_t kDpdkBytes = 24 * kMegabyte;
// Code, libraries, configuration and control.
constexpr uint64_t kProcessBytes = 96 * kMegabyte;

uint32_t to_megabytes(uint64_t bytes) noexcept {
  return static_cast<uint32_t>((bytes + kMegabyte - 1) / kMegabyte);
}

}  // namespace

BufferSum buffer_sum(const SizingDemand& demand) noexcept {
  const uint32_t bulk_transfers =
      std::max(demand.connections / kConnectionsPerBulkTransfer, kBulkTransfersMin);
  return {.receive_rings = demand.ports * kReceiveDescriptors,
          .transmit_rings = demand.ports * kTransmitDescriptors,
          .bursts = demand.ports * base::kBurstPackets,
          .staged = demand.ports * base::kStagedPacketsMax,
          .neighbors = kNeighborPackets,
          .handed_over = (demand.workers - 1) * kBuffersPerPeer,
          .small_messages = demand.connections / kConnectionsPerSmallMessage,
          .bulk_transfers = bulk_transfers * kBuffersPerBulkTransfer};
}

WorkerSizes worker_sizes(const SizingDemand& demand) noexcept {
  const uint32_t buffers =
      demand.packet_buffers != 0 ? demand.packet_buffers : buffer_sum(demand).total();
  // Every buffer may have a second owner: the same bytes wait for an acknowledgement and travel.
  const nic::PacketPoolSizes pool{
      .buffers = buffers,
      .references = buffers,
      .slices = std::min(kSlices, buffers / 4),
      .frame_bytes = std::max(base::kFrameBytesDefault, demand.mtu + base::kEthernetBytesMax)};
  return {.pool = pool,
          .packet_bytes = (pool.buffers - pool.slices) * buffer_bytes(pool.frame_bytes) +
                          pool.slices * buffer_bytes(nic::PacketPool::kDataBytes) +
                          pool.references * kReferenceBytes,
          .connection_bytes = demand.connections * kBytesPerConnection};
}

uint32_t packet_megabytes(const SizingDemand& demand) noexcept {
  return to_megabytes(kDpdkBytes + demand.ports * kBytesPerPort +
                      demand.workers * worker_sizes(demand).packet_bytes);
}

uint32_t total_megabytes(const SizingDemand& demand) noexcept {
  return packet_megabytes(demand) +
         to_megabytes(kProcessBytes + Mesh::bytes(demand.workers) + base::TokenBuckets::bytes() +
                      base::SharedCounts::bytes() +
                      demand.workers * worker_sizes(demand).connection_bytes);
}

}  // namespace penstock::worker
