// SPDX-License-Identifier: Apache-2.0
//
// IpInput: from a received Ethernet frame to a datagram for us. ARP goes to the Resolver and ICMP
// to the IcmpHandler; everything that is malformed, not for us or of no known protocol ends here
// with a counted reason.
// Owned by one worker's Host; called for each received frame.
// Invariant: what is returned as IpDatagram satisfies its contract (net/ip_datagram.h).
// RFC 894, RFC 791, RFC 1122 3.2.1.
#pragma once

#include <cstdint>
#include <span>

#include "dataplane/base/time.h"
#include "dataplane/net/icmp_handler.h"
#include "dataplane/net/interface.h"
#include "dataplane/net/ip_datagram.h"
#include "dataplane/net/resolver.h"
#include "dataplane/wire/drop_reason.h"

namespace penstock::net {

class IpInput {
 public:
  IpInput(std::span<const Interface> interfaces, Resolver& resolver, IcmpHandler& icmp) noexcept
      : interfaces_(interfaces), resolver_(resolver), icmp_(icmp) {}

  Arrival on_frame(nic::Packet&& frame, uint8_t interface_index, base::Instant now) noexcept;

 private:
  Arrival on_ipv4(nic::Packet&& packet, uint8_t interface_index, base::Instant now) noexcept;
  bool is_ours(base::IpAddress address) const noexcept;
  Consumed drop(uint8_t interface_index, wire::DropReason reason) const noexcept;

  std::span<const Interface> interfaces_;
  Resolver& resolver_;
  IcmpHandler& icmp_;
};

}  // namespace penstock::net
