// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/drop_reason.h"

namespace penstock::wire {

std::string_view to_text(DropReason reason) noexcept {
  // One line a reason, and no default: the compiler names the one that is missing.
  switch (reason) {
    case DropReason::EthernetTooShort:
      return "ethernet_too_short";
    case DropReason::EthernetNotForUs:
      return "ethernet_not_for_us";
    case DropReason::EthernetTypeUnknown:
      return "ethernet_type_unknown";
    case DropReason::ArpMalformed:
      return "arp_malformed";
    case DropReason::ArpNotForUs:
      return "arp_not_for_us";
    case DropReason::ArpUnsolicited:
      return "arp_unsolicited";
    case DropReason::ArpSourceIllegal:
      return "arp_source_illegal";
    case DropReason::IpTooShort:
      return "ip_too_short";
    case DropReason::IpVersionBad:
      return "ip_version_bad";
    case DropReason::IpHeaderLengthBad:
      return "ip_header_length_bad";
    case DropReason::IpTotalLengthBad:
      return "ip_total_length_bad";
    case DropReason::IpChecksumBad:
      return "ip_checksum_bad";
    case DropReason::IpSourceIllegal:
      return "ip_source_illegal";
    case DropReason::IpDestinationIllegal:
      return "ip_destination_illegal";
    case DropReason::IpNotForUs:
      return "ip_not_for_us";
    case DropReason::IpFragment:
      return "ip_fragment";
    case DropReason::IpTtlZero:
      return "ip_ttl_zero";
    case DropReason::IpProtocolUnknown:
      return "ip_protocol_unknown";
    case DropReason::IcmpTooShort:
      return "icmp_too_short";
    case DropReason::IcmpChecksumBad:
      return "icmp_checksum_bad";
    case DropReason::IcmpRateLimited:
      return "icmp_rate_limited";
    case DropReason::IcmpTypeIgnored:
      return "icmp_type_ignored";
    case DropReason::IcmpQuoteMalformed:
      return "icmp_quote_malformed";
    case DropReason::NoRoute:
      return "no_route";
    case DropReason::NeighborTableFull:
      return "neighbor_table_full";
    case DropReason::NeighborQueueFull:
      return "neighbor_queue_full";
    case DropReason::NeighborUnresolved:
      return "neighbor_unresolved";
    case DropReason::PacketTooBig:
      return "packet_too_big";
    case DropReason::PoolEmpty:
      return "pool_empty";
    case DropReason::TxRefused:
      return "tx_refused";
    case DropReason::TcpTooShort:
      return "tcp_too_short";
    case DropReason::TcpHeaderLengthBad:
      return "tcp_header_length_bad";
    case DropReason::TcpChecksumBad:
      return "tcp_checksum_bad";
    case DropReason::TcpPortZero:
      return "tcp_port_zero";
    case DropReason::TcpNoConnection:
      return "tcp_no_connection";
    case DropReason::TcpNoListener:
      return "tcp_no_listener";
    case DropReason::TcpHalfOpenFull:
      return "tcp_half_open_full";
    case DropReason::TcpConnectionsFull:
      return "tcp_connections_full";
    case DropReason::TcpOutOfWindow:
      return "tcp_out_of_window";
    case DropReason::TcpAckUnacceptable:
      return "tcp_ack_unacceptable";
    case DropReason::TcpResetUnacceptable:
      return "tcp_reset_unacceptable";
    case DropReason::TcpOutOfOrderLimit:
      return "tcp_out_of_order_limit";
    case DropReason::Count:
      break;
  }
  return "unknown";
}

uint64_t DropCounters::total() const noexcept {
  uint64_t sum = 0;
  for (const base::Counter& counter : counters_) sum += counter.read();
  return sum;
}

}  // namespace penstock::wire
