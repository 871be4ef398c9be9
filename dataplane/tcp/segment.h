// SPDX-License-Identifier: Apache-2.0
//
// A TCP segment as a value: one that arrived, parsed and with its payload as a slice, and the
// header of one that leaves. Meaning is given to it by segment_arrives.cc and transmit.cc.
// Called by the worker that owns the stack.
// Invariants: (1) an arrived segment had a right checksum; (2) payload is false when it is empty.
// RFC 9293 3.1, 3.4 (SEG.LEN).
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/base/result.h"
#include "dataplane/net/ip_datagram.h"
#include "dataplane/net/next_hop.h"
#include "dataplane/nic/packet.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/slice.h"
#include "dataplane/tcp/flow_key.h"
#include "dataplane/tcp/seq.h"
#include "dataplane/wire/drop_reason.h"
#include "dataplane/wire/tcp_header.h"
#include "dataplane/wire/tcp_options.h"

namespace penstock::tcp {

struct Segment {
  Segment() noexcept = default;
  // Out of a datagram with the header that parse_segment_header() found.
  Segment(net::IpDatagram&& datagram, const wire::TcpHeader& header) noexcept;

  FlowKey flow;
  Seq seq;
  Seq ack;
  wire::TcpFlags flags;
  uint16_t window = 0;  // as on the wire
  wire::Ecn ecn = wire::Ecn::NotCapable;
  wire::TcpOptions options;
  nic::Slice payload;
  net::NextHopCache reply_hop = {};  // where the answer goes, if it says so itself

  uint32_t payload_bytes() const noexcept { return payload ? payload.size() : 0; }
  // SEG.LEN: SYN and FIN count.
  uint32_t length() const noexcept {
    return payload_bytes() + (flags.syn() ? 1u : 0u) + (flags.fin() ? 1u : 0u);
  }
  Seq end() const noexcept { return seq + length(); }

  // Forget what was received before, or is beyond the window. Not for segments with SYN.
  void trim_front(uint32_t bytes) noexcept;
  void truncate(uint32_t bytes) noexcept;
};

// Legal, and of a segment with a right checksum.
base::Result<wire::TcpHeader, wire::DropReason> parse_segment_header(
    const net::IpDatagram& datagram) noexcept;

struct OutgoingHeader {
  const FlowKey& flow;
  Seq seq = {};
  Seq ack = {};
  wire::TcpFlags flags = {};
  uint16_t window = 0;
  wire::TcpOptions options = {};
};

// A packet that holds the header and no payload yet; false when the pool is empty.
nic::Packet build_header(const OutgoingHeader& header, nic::PacketPool& pool) noexcept;

}  // namespace penstock::tcp
