// SPDX-License-Identifier: Apache-2.0
//
// Why a packet or segment was discarded: one name for every discard below HTTP, and its counters.
// Nothing is dropped without one of these (DESIGN.md, decision 9); the name is the metric's label.
// Reasons are values returned by parsers and counted by whoever discards; they are not errors.
// Counted by the worker that owns the counters; read by the control thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dataplane/base/counter.h"

namespace penstock::wire {

enum class DropReason : uint8_t {
  // Ethernet, VLAN and ARP.
  EthernetTooShort,
  EthernetNotForUs,
  EthernetTypeUnknown,
  VlanUnknown,
  ArpMalformed,
  ArpNotForUs,
  ArpUnsolicited,
  ArpSourceIllegal,
  // IP; those that say so, of one version only.
  IpTooShort,
  IpVersionBad,
  IpHeaderLengthBad,
  IpTotalLengthBad,
  IpChecksumBad,
  IpSourceIllegal,
  IpDestinationIllegal,
  IpNotForUs,
  IpFragment,
  IpTtlZero,
  IpProtocolUnknown,
  Ipv6Fragment,
  Ipv6ExtensionMalformed,
  Ipv6ExtensionLimit,
  Ipv6ExtensionRefused,
  // ICMP and ICMPv6.
  IcmpTooShort,
  IcmpChecksumBad,
  IcmpRateLimited,
  IcmpTypeIgnored,
  IcmpQuoteMalformed,
  // Neighbour discovery.
  NdpMalformed,
  NdpHopLimitBad,
  NdpNotForUs,
  NdpUnsolicited,
  NdpSourceIllegal,
  NdpRouterIgnored,
  // On the way out.
  NoRoute,
  NeighborTableFull,
  NeighborQueueFull,
  NeighborUnresolved,
  NeighborDisplaced,
  PacketTooBig,
  PoolEmpty,
  TxRefused,
  // Between workers.
  MeshFull,
  // TCP.
  TcpTooShort,
  TcpHeaderLengthBad,
  TcpChecksumBad,
  TcpPortZero,
  TcpNoConnection,
  TcpNoListener,
  TcpSourceDenied,
  TcpHalfOpenFull,
  TcpConnectionsFull,
  TcpOutOfWindow,
  TcpTimestampOld,
  TcpTimestampMissing,
  TcpAckUnacceptable,
  TcpResetUnacceptable,
  TcpOutOfOrderLimit,
  TcpBufferPressure,
  // Not a reason: how many there are.
  Count,
};

inline constexpr size_t kDropReasons = static_cast<size_t>(DropReason::Count);

// "ip_checksum_bad": stable, for metrics and logs.
std::string_view to_text(DropReason reason) noexcept;

class DropCounters {
 public:
  void count(DropReason reason, uint64_t packets = 1) noexcept {
    counters_[static_cast<size_t>(reason)].add(packets);
  }
  uint64_t read(DropReason reason) const noexcept {
    return counters_[static_cast<size_t>(reason)].read();
  }
  uint64_t total() const noexcept;

 private:
  std::array<base::Counter, kDropReasons> counters_;
};

}  // namespace penstock::wire
