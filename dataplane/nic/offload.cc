// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/offload.h"

#include <cstring>

#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/tcp_header.h"

namespace penstock::nic {

namespace {

constexpr size_t kTcpChecksumOffset = 16;

PortVerdict l4_verdict(uint64_t flags) noexcept {
  // The two bits are one value of four. NONE says: the checksum bytes are wrong and the data is
  // right (a local peer that left the sum to its own port), so it must not be verified again.
  switch (flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) {
    case RTE_MBUF_F_RX_L4_CKSUM_GOOD:
    case RTE_MBUF_F_RX_L4_CKSUM_NONE:
      return PortVerdict::Good;
    case RTE_MBUF_F_RX_L4_CKSUM_BAD:
      return PortVerdict::Bad;
    default:
      return PortVerdict::Unknown;
  }
}

PortVerdict ip_verdict(uint64_t flags) noexcept {
  switch (flags & RTE_MBUF_F_RX_IP_CKSUM_MASK) {
    case RTE_MBUF_F_RX_IP_CKSUM_GOOD:
    case RTE_MBUF_F_RX_IP_CKSUM_NONE:
      return PortVerdict::Good;
    case RTE_MBUF_F_RX_IP_CKSUM_BAD:
      return PortVerdict::Bad;
    default:
      return PortVerdict::Unknown;
  }
}

}  // namespace

ReceivedChecksums received_checksums(const Packet& packet) noexcept {
  const uint64_t flags = packet.buffer()->ol_flags;
  return {.ip = ip_verdict(flags), .l4 = l4_verdict(flags)};
}

uint16_t stripped_vlan(const Packet& packet) noexcept {
  const rte_mbuf* buffer = packet.buffer();
  if ((buffer->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) == 0) [[likely]]
    return 0;
  constexpr uint16_t kVlanMask = 0x0fff;
  return buffer->vlan_tci & kVlanMask;
}

void reset_metadata(Packet& packet) noexcept {
  rte_mbuf* buffer = packet.buffer();
  // Whether the buffer is a reference is its nature, not metadata; all else goes.
  buffer->ol_flags &= RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL;
  buffer->tx_offload = 0;
  buffer->packet_type = 0;
  buffer->vlan_tci = 0;
}

void fill_tcp_checksum(Packet& segment, base::IpAddress source, base::IpAddress destination,
                       PortFeatures features) noexcept {
  base::MutableByteSpan header = segment.mutable_first();
  DCHECK(header.size() >= wire::kTcpHeaderBytes);
  uint8_t* field = &header[kTcpChecksumOffset];
  if (features.tcp_checksum) {
    // The port adds header and payload to the pseudo header's sum.
    wire::store_be16(
        field, wire::pseudo_header_sum(source, destination, wire::kProtocolTcp, segment.size()));
    return;
  }
  wire::store_be16(field, 0);
  wire::Checksum checksum;
  checksum.add_pseudo_header(source, destination, wire::kProtocolTcp, segment.size());
  for (const rte_mbuf* part = segment.buffer(); part != nullptr; part = part->next) {
    checksum.add({rte_pktmbuf_mtod(part, const uint8_t*), part->data_len});
  }
  wire::store_be16(field, checksum.complement());
}

void request_port_checksums(Packet& packet, FrameLayout layout, PortFeatures features) noexcept {
  rte_mbuf* buffer = packet.buffer();
  const bool is_v4 = layout.family == base::IpFamily::V4;
  uint64_t wanted = 0;
  if (features.ipv4_checksum && is_v4) wanted |= RTE_MBUF_F_TX_IP_CKSUM;
  if (features.tcp_checksum && layout.tcp_bytes != 0) wanted |= RTE_MBUF_F_TX_TCP_CKSUM;
  if (wanted == 0) return;
  buffer->tx_offload =
      rte_mbuf_tx_offload(layout.ethernet_bytes, layout.ip_bytes, layout.tcp_bytes, 0, 0, 0, 0);
  buffer->ol_flags |= wanted | (is_v4 ? RTE_MBUF_F_TX_IPV4 : RTE_MBUF_F_TX_IPV6);
}

Packet gathered_for(Packet packet, PortFeatures features, PacketPool& pool) noexcept {
  if (packet.buffer()->nb_segs == 1 || features.multi_segment) return packet;
  Packet copy = pool.allocate_packet();
  if (!copy) return copy;
  if (packet.size() > rte_pktmbuf_tailroom(copy.buffer())) return Packet();
  for (const rte_mbuf* part = packet.buffer(); part != nullptr; part = part->next) {
    const base::MutableByteSpan room = copy.append(part->data_len);
    std::memcpy(room.data(), rte_pktmbuf_mtod(part, const void*), part->data_len);
  }
  rte_mbuf* to = copy.buffer();
  to->ol_flags |= packet.buffer()->ol_flags & RTE_MBUF_F_TX_OFFLOAD_MASK;
  to->tx_offload = packet.buffer()->tx_offload;
  return copy;
}

}  // namespace penstock::nic
