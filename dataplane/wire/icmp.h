// SPDX-License-Identifier: Apache-2.0
//
// The ICMP messages that we understand: echo, which net/ answers, and errors that quote a packet of
// ours, which tcp/ may act on. All other types are one refusal, IcmpTypeIgnored.
// Any thread. Every refusal is a DropReason.
// RFC 792, RFC 1191 (next-hop MTU), RFC 1122 3.2.2.
#pragma once

#include <cstdint>
#include <variant>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/base/result.h"
#include "dataplane/wire/drop_reason.h"
#include "dataplane/wire/ndp.h"

namespace penstock::wire {

inline constexpr uint32_t kIcmpHeaderBytes = 8;

struct IcmpEchoRequest {};

enum class IcmpErrorKind : uint8_t {
  NetworkUnreachable,   // and host unreachable: transient for TCP (RFC 1122 4.2.3.9)
  PortUnreachable,      // and protocol unreachable
  FragmentationNeeded,  // and ICMPv6's packet too big
  Prohibited,
  TimeExceeded,
};

// An error about a TCP segment that we sent. Anybody may forge one: tcp/ checks the sequence.
struct IcmpError {
  IcmpErrorKind kind = IcmpErrorKind::NetworkUnreachable;
  uint16_t next_hop_mtu = 0;  // of FragmentationNeeded; 0 from routers older than RFC 1191
  // The quoted segment's own view: source is our endpoint.
  base::Endpoint source;
  base::Endpoint destination;
  uint32_t sequence = 0;
};

// Of either family; only ICMPv6 carries neighbour discovery.
using IcmpMessage = std::variant<IcmpEchoRequest, IcmpError, NdpMessage>;

base::Result<IcmpMessage, DropReason> parse_icmp(base::ByteSpan message) noexcept;

// Turns a request that parsed into its reply, in place: identifier, number and data stay.
void turn_echo_into_reply(base::MutableByteSpan message) noexcept;

}  // namespace penstock::wire
