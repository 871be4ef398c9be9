// SPDX-License-Identifier: Apache-2.0
//
// Neighbour solicitations and advertisements, what ARP is for IPv6. What a message means for the
// neighbour table is decided in net/resolver.h; the hop limit is checked there too, where the IP
// header is known. Other options than the link-layer address are skipped.
// Any thread. Every refusal is a DropReason.
// RFC 4861 4.3, 4.4, 4.6.1, 7.1 (validation).
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/base/result.h"
#include "dataplane/wire/drop_reason.h"

namespace penstock::wire {

enum class NdpKind : uint8_t { Solicitation, Advertisement };

struct NdpMessage {
  NdpKind kind = NdpKind::Solicitation;
  base::IpAddress target = {};  // who is asked for; who advertises
  // Of the sender of a solicitation, of the target of an advertisement.
  std::optional<base::MacAddress> mac = {};
  // Of an advertisement: an answer to us; to be believed against a MAC that is known.
  bool is_solicited = false;
  bool overrides = false;
};

constexpr bool is_ndp(uint8_t icmpv6_type) noexcept {
  return icmpv6_type == 135 || icmpv6_type == 136;
}

// `message` is a whole ICMPv6 message for which is_ndp() holds and whose checksum was right.
base::Result<NdpMessage, DropReason> parse_ndp(base::ByteSpan message) noexcept;

// Bytes that emit_ndp() writes: with the link-layer address option, if the message has one.
constexpr uint32_t ndp_bytes(const NdpMessage& message) noexcept { return message.mac ? 32 : 24; }

// Writes ndp_bytes(message), the checksum included.
void emit_ndp(const NdpMessage& message, base::IpAddress source, base::IpAddress destination,
              base::MutableByteSpan out) noexcept;

}  // namespace penstock::wire
