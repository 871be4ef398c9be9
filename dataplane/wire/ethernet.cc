// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ethernet.h"

#include <algorithm>

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"

namespace penstock::wire {

namespace {

constexpr uint16_t kTagType = 0x8100;
constexpr uint16_t kVlanMask = 0x0fff;

bool is_known(uint16_t type) noexcept {
  return type == static_cast<uint16_t>(EtherType::Ipv4) ||
         type == static_cast<uint16_t>(EtherType::Ipv6) ||
         type == static_cast<uint16_t>(EtherType::Arp);
}

}  // namespace

base::Result<ReceivedEthernetHeader, DropReason> parse_ethernet(base::ByteSpan frame) noexcept {
  if (frame.size() < kEthernetHeaderBytes) return base::Failure{DropReason::EthernetTooShort};
  uint16_t type = load_be16(&frame[12]);
  ReceivedEthernetHeader header;
  if (!is_known(type)) [[unlikely]] {
    if (type != kTagType) return base::Failure{DropReason::EthernetTypeUnknown};
    if (frame.size() < kEthernetHeaderBytes + kVlanTagBytes) {
      return base::Failure{DropReason::EthernetTooShort};
    }
    header.vlan = load_be16(&frame[14]) & kVlanMask;
    header.bytes = kEthernetHeaderBytes + kVlanTagBytes;
    type = load_be16(&frame[16]);
    if (!is_known(type)) return base::Failure{DropReason::EthernetTypeUnknown};
  }
  std::copy_n(frame.begin(), 6, header.destination.octets.begin());
  std::copy_n(frame.begin() + 6, 6, header.source.octets.begin());
  header.type = static_cast<EtherType>(type);
  return header;
}

void emit_ethernet(const EthernetHeader& header, base::MutableByteSpan out) noexcept {
  CHECK(out.size() >= ethernet_header_bytes(header.vlan));
  std::copy_n(header.destination.octets.begin(), 6, out.begin());
  std::copy_n(header.source.octets.begin(), 6, out.begin() + 6);
  if (header.vlan != kVlanNone) [[unlikely]] {
    store_be16(&out[12], kTagType);
    store_be16(&out[14], header.vlan);
    out = out.subspan(kVlanTagBytes);
  }
  store_be16(&out[12], static_cast<uint16_t>(header.type));
}

}  // namespace penstock::wire
