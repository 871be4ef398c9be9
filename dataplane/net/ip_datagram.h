// SPDX-License-Identifier: Apache-2.0
//
// What crosses the border between net/ and the layer above it, in both directions.
// Plain values on the worker that owns the Host.
// Invariant: an IpDatagram passed every check of IP (version, lengths, header checksum, addresses,
// not a fragment) and its packet starts with the upper layer's header and holds nothing behind it.
#pragma once

#include <cstdint>
#include <variant>

#include "dataplane/base/address.h"
#include "dataplane/net/next_hop.h"
#include "dataplane/nic/packet.h"
#include "dataplane/wire/ecn.h"
#include "dataplane/wire/icmp.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::net {

// Whether the port has found the upper layer's checksum right (a bad one never gets here).
enum class L4Checksum : uint8_t { Unverified, Good };

// A datagram for us.
struct IpDatagram {
  nic::Packet packet;
  base::IpAddress source;
  base::IpAddress destination;
  uint8_t protocol = 0;
  uint8_t interface_index = 0;
  L4Checksum checksum = L4Checksum::Unverified;
  wire::Ecn ecn = wire::Ecn::NotCapable;
  // Where answers go, if not where the routes lead: a connection whose interface replies to the
  // sender, or whose peer is link-local, keeps the last of its peer's that names one.
  NextHopCache reply_hop = {};
};

// A datagram from us. The packet starts with the upper layer's header, has
// PacketPool::kHeadroomBytes before it (less the header itself), and its checksum field is ours to
// fill in.
struct OutgoingDatagram {
  nic::Packet packet;
  base::IpAddress source;
  base::IpAddress destination;
  uint8_t protocol = 0;
  uint8_t hop_limit = wire::kTtlDefault;
  uint8_t dscp = 0;  // RFC 2474: 0 to 63
  wire::Ecn ecn = wire::Ecn::NotCapable;
};

// The frame was answered, learned from, or dropped with a reason that has been counted.
struct Consumed {};

// What a received frame turned out to be.
using Arrival = std::variant<Consumed, IpDatagram, wire::IcmpError>;

enum class SendResult : uint8_t {
  Sent,         // staged to the port
  Queued,       // waits for the neighbour to say where it is
  NoRoute,      // dropped: nothing leads there
  Unreachable,  // dropped: the neighbour does not answer
  Refused,      // dropped: at a limit of ours (queue, table, pool, MTU)
};

}  // namespace penstock::net
