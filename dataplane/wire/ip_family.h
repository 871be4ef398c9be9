// SPDX-License-Identifier: Apache-2.0
//
// What differs between IPv4 and IPv6 for those above who do not care which it is.
// Any thread.
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/ipv6.h"

namespace penstock::wire {

// Of the headers that we emit.
constexpr uint32_t ip_header_bytes(base::IpFamily family) noexcept {
  return family == base::IpFamily::V4 ? kIpv4HeaderBytes : kIpv6HeaderBytes;
}

constexpr uint8_t icmp_protocol(base::IpFamily family) noexcept {
  return family == base::IpFamily::V4 ? kProtocolIcmp : kProtocolIcmpv6;
}

constexpr bool is_link_local(base::IpAddress address) noexcept {
  return !address.is_v4() && is_link_local_v6(address);
}

// Whether the address can be that of one host on a wire.
constexpr bool is_unicast(base::IpAddress address) noexcept {
  if (address.is_v4()) return !is_illegal_source_v4(address);
  return !is_illegal_source_v6(address) && !address.is_unspecified();
}

}  // namespace penstock::wire
