// SPDX-License-Identifier: Apache-2.0
//
// The Ethernet II header: two MAC addresses, at most one VLAN tag, and a type. A priority tag (VLAN
// 0) says nothing about the VLAN and counts as none; a second tag is an unknown type. Which tags
// are ours is decided in net/ip_input.h.
// Any thread. Every refusal is a DropReason.
// RFC 894, RFC 2464, IEEE 802.1Q 9.6.
#pragma once

#include <algorithm>
#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/base/check.h"
#include "dataplane/base/result.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/drop_reason.h"

namespace penstock::wire {

inline constexpr uint32_t kEthernetHeaderBytes = 14;  // without a tag
inline constexpr uint32_t kVlanTagBytes = 4;
inline constexpr uint16_t kVlanTagType = 0x8100;
inline constexpr uint16_t kVlanTagMask = 0x0fff;
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

constexpr bool is_known_ether_type(uint16_t type) noexcept {
  return type == static_cast<uint16_t>(EtherType::Ipv4) ||
         type == static_cast<uint16_t>(EtherType::Ipv6) ||
         type == static_cast<uint16_t>(EtherType::Arp);
}

inline base::Result<ReceivedEthernetHeader, DropReason> parse_ethernet(
    base::ByteSpan frame) noexcept {
  if (frame.size() < kEthernetHeaderBytes) return base::Failure{DropReason::EthernetTooShort};
  uint16_t type = load_be16(&frame[12]);
  ReceivedEthernetHeader header;
  if (!is_known_ether_type(type)) [[unlikely]] {
    if (type != kVlanTagType) return base::Failure{DropReason::EthernetTypeUnknown};
    if (frame.size() < kEthernetHeaderBytes + kVlanTagBytes) {
      return base::Failure{DropReason::EthernetTooShort};
    }
    header.vlan = load_be16(&frame[14]) & kVlanTagMask;
    header.bytes = kEthernetHeaderBytes + kVlanTagBytes;
    type = load_be16(&frame[16]);
    if (!is_known_ether_type(type)) return base::Failure{DropReason::EthernetTypeUnknown};
  }
  std::copy_n(frame.begin(), 6, header.destination.octets.begin());
  std::copy_n(frame.begin() + 6, 6, header.source.octets.begin());
  header.type = static_cast<EtherType>(type);
  return header;
}

// Writes ethernet_header_bytes(header.vlan).
inline void emit_ethernet(const EthernetHeader& header, base::MutableByteSpan out) noexcept {
  CHECK(out.size() >= ethernet_header_bytes(header.vlan));
  std::copy_n(header.destination.octets.begin(), 6, out.begin());
  std::copy_n(header.source.octets.begin(), 6, out.begin() + 6);
  if (header.vlan != kVlanNone) [[unlikely]] {
    store_be16(&out[12], kVlanTagType);
    store_be16(&out[14], header.vlan);
    out = out.subspan(kVlanTagBytes);
  }
  store_be16(&out[12], static_cast<uint16_t>(header.type));
}

}  // namespace penstock::wire
