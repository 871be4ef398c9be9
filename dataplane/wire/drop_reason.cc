// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/drop_reason.h"

namespace penstock::wire {

namespace {

struct NamedReason {
  DropReason reason;
  std::string_view name;
};

constexpr NamedReason kNames[] = {
    {DropReason::EthernetTooShort, "ethernet_too_short"},
    {DropReason::EthernetNotForUs, "ethernet_not_for_us"},
    {DropReason::EthernetTypeUnknown, "ethernet_type_unknown"},
    {DropReason::VlanUnknown, "vlan_unknown"},
    {DropReason::ArpMalformed, "arp_malformed"},
    {DropReason::ArpNotForUs, "arp_not_for_us"},
    {DropReason::ArpUnsolicited, "arp_unsolicited"},
    {DropReason::ArpSourceIllegal, "arp_source_illegal"},
    {DropReason::IpTooShort, "ip_too_short"},
    {DropReason::IpVersionBad, "ip_version_bad"},
    {DropReason::IpHeaderLengthBad, "ip_header_length_bad"},
    {DropReason::IpTotalLengthBad, "ip_total_length_bad"},
    {DropReason::IpChecksumBad, "ip_checksum_bad"},
    {DropReason::IpSourceIllegal, "ip_source_illegal"},
    {DropReason::IpDestinationIllegal, "ip_destination_illegal"},
    {DropReason::IpNotForUs, "ip_not_for_us"},
    {DropReason::IpFragment, "ip_fragment"},
    {DropReason::IpTtlZero, "ip_ttl_zero"},
    {DropReason::IpProtocolUnknown, "ip_protocol_unknown"},
    {DropReason::Ipv6Fragment, "ipv6_fragment"},
    {DropReason::Ipv6ExtensionMalformed, "ipv6_extension_malformed"},
    {DropReason::Ipv6ExtensionLimit, "ipv6_extension_limit"},
    {DropReason::Ipv6ExtensionRefused, "ipv6_extension_refused"},
    {DropReason::IcmpTooShort, "icmp_too_short"},
    {DropReason::IcmpChecksumBad, "icmp_checksum_bad"},
    {DropReason::IcmpRateLimited, "icmp_rate_limited"},
    {DropReason::IcmpTypeIgnored, "icmp_type_ignored"},
    {DropReason::IcmpQuoteMalformed, "icmp_quote_malformed"},
    {DropReason::NdpMalformed, "ndp_malformed"},
    {DropReason::NdpHopLimitBad, "ndp_hop_limit_bad"},
    {DropReason::NdpNotForUs, "ndp_not_for_us"},
    {DropReason::NdpUnsolicited, "ndp_unsolicited"},
    {DropReason::NdpSourceIllegal, "ndp_source_illegal"},
    {DropReason::NdpRouterIgnored, "ndp_router_ignored"},
    {DropReason::NoRoute, "no_route"},
    {DropReason::NeighborTableFull, "neighbor_table_full"},
    {DropReason::NeighborQueueFull, "neighbor_queue_full"},
    {DropReason::NeighborUnresolved, "neighbor_unresolved"},
    {DropReason::NeighborDisplaced, "neighbor_displaced"},
    {DropReason::PacketTooBig, "packet_too_big"},
    {DropReason::PoolEmpty, "pool_empty"},
    {DropReason::TxRefused, "tx_refused"},
    {DropReason::MeshFull, "mesh_full"},
    {DropReason::TcpTooShort, "tcp_too_short"},
    {DropReason::TcpHeaderLengthBad, "tcp_header_length_bad"},
    {DropReason::TcpChecksumBad, "tcp_checksum_bad"},
    {DropReason::TcpPortZero, "tcp_port_zero"},
    {DropReason::TcpNoConnection, "tcp_no_connection"},
    {DropReason::TcpNoListener, "tcp_no_listener"},
    {DropReason::TcpSourceDenied, "tcp_source_denied"},
    {DropReason::TcpHalfOpenFull, "tcp_half_open_full"},
    {DropReason::TcpConnectionsFull, "tcp_connections_full"},
    {DropReason::TcpOutOfWindow, "tcp_out_of_window"},
    {DropReason::TcpTimestampOld, "tcp_timestamp_old"},
    {DropReason::TcpTimestampMissing, "tcp_timestamp_missing"},
    {DropReason::TcpAckUnacceptable, "tcp_ack_unacceptable"},
    {DropReason::TcpResetUnacceptable, "tcp_reset_unacceptable"},
    {DropReason::TcpOutOfOrderLimit, "tcp_out_of_order_limit"},
    {DropReason::TcpBufferPressure, "tcp_buffer_pressure"},
};

consteval bool names_follow_the_reasons() {
  if (std::size(kNames) != kDropReasons) return false;
  for (size_t i = 0; i < kDropReasons; ++i) {
    if (static_cast<size_t>(kNames[i].reason) != i) return false;
  }
  return true;
}
static_assert(names_follow_the_reasons(), "a reason without a name, or out of order");

}  // namespace

std::string_view to_text(DropReason reason) noexcept {
  return kNames[static_cast<size_t>(reason)].name;
}

uint64_t DropCounters::total() const noexcept {
  uint64_t sum = 0;
  for (const base::Counter& counter : counters_) sum += counter.read();
  return sum;
}

}  // namespace penstock::wire
