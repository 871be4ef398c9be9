// SPDX-License-Identifier: Apache-2.0
//
// The Ethernet II header: two MAC addresses and a type. VLAN tags are not understood yet: a tagged
// frame has an unknown type and is dropped as such.
// Any thread. Every refusal is a DropReason.
// RFC 894.
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/base/result.h"
#include "dataplane/wire/drop_reason.h"

namespace penstock::wire {

inline constexpr uint32_t kEthernetHeaderBytes = 14;

enum class EtherType : uint16_t { Ipv4 = 0x0800, Arp = 0x0806 };

struct EthernetHeader {
  base::MacAddress destination;
  base::MacAddress source;
  EtherType type = EtherType::Ipv4;
};

base::Result<EthernetHeader, DropReason> parse_ethernet(base::ByteSpan frame) noexcept;
// Writes kEthernetHeaderBytes.
void emit_ethernet(const EthernetHeader& header, base::MutableByteSpan out) noexcept;

}  // namespace penstock::wire
