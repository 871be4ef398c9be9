// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ethernet.h"

#include <algorithm>

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"

namespace penstock::wire {

base::Result<EthernetHeader, DropReason> parse_ethernet(base::ByteSpan frame) noexcept {
  if (frame.size() < kEthernetHeaderBytes) return base::Failure{DropReason::EthernetTooShort};
  const uint16_t type = load_be16(&frame[12]);
  if (type != static_cast<uint16_t>(EtherType::Ipv4) &&
      type != static_cast<uint16_t>(EtherType::Arp)) {
    return base::Failure{DropReason::EthernetTypeUnknown};
  }
  EthernetHeader header;
  std::copy_n(frame.begin(), 6, header.destination.octets.begin());
  std::copy_n(frame.begin() + 6, 6, header.source.octets.begin());
  header.type = static_cast<EtherType>(type);
  return header;
}

void emit_ethernet(const EthernetHeader& header, base::MutableByteSpan out) noexcept {
  CHECK(out.size() >= kEthernetHeaderBytes);
  std::copy_n(header.destination.octets.begin(), 6, out.begin());
  std::copy_n(header.source.octets.begin(), 6, out.begin() + 6);
  store_be16(&out[12], static_cast<uint16_t>(header.type));
}

}  // namespace penstock::wire
