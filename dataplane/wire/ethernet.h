// SPDX-License-Identifier: Apache-2.0
//
// The Ethernet II header: two MAC addresses, at most one VLAN tag, and a type. A priority tag (VLAN
// 0) says nothing about the VLAN and counts as none; a second tag is an unknown type. Which tags
// are ours is decided in net/ip_input.h.
// Any thread. Every refusal is a DropReason.
// RFC 894, RFC 2464, IEEE 802.1Q 9.6.
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/base/result.h"
#include "dataplane/wire/drop_reason.h"

namespace penstock::wire {

inline constexpr uint32_t kEthernetHeaderBytes = 14;  // without a tag
inline constexpr uint32_t kVlanTagBytes = 4;
inline constexpr uint16_t kVlanNone = 0;

enum class EtherType : uint16_t { Ipv4 = 0x0800, Arp = 0x0806, Ipv6 = 0x86dd };

struct EthernetHeader {
  base::MacAddress destination;
  base::MacAddress source;
  EtherType type = EtherType::Ipv4;
  uint16_t vlan = kVlanNone;
};

// What a frame starts with; `bytes` of it precede the payload.
struct ReceivedEthernetHeader : EthernetHeader {
  uint8_t bytes = kEthernetHeaderBytes;
};

constexpr uint32_t ethernet_header_bytes(uint16_t vlan) noexcept {
  return vlan == kVlanNone ? kEthernetHeaderBytes : kEthernetHeaderBytes + kVlanTagBytes;
}

base::Result<ReceivedEthernetHeader, DropReason> parse_ethernet(base::ByteSpan frame) noexcept;
// Writes ethernet_header_bytes(header.vlan).
void emit_ethernet(const EthernetHeader& header, base::MutableByteSpan out) noexcept;

}  // namespace penstock::wire
