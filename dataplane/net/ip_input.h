// SPDX-License-Identifier: Apache-2.0
//
// IpInput: from a received Ethernet frame to a datagram for us. The VLAN tag picks the interface.
// ARP goes to the Resolver and ICMP to the IcmpHandler; everything that is malformed, not for us or
// of no known protocol ends here with a counted reason.
// Owned by one worker's Host; called for each received frame.
// Invariant: what is returned as IpDatagram satisfies its contract (net/ip_datagram.h).
// RFC 894, RFC 791, RFC 1122 3.2.1; RFC 2464, RFC 8200; IEEE 802.1Q.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dataplane/base/time.h"
#include "dataplane/net/icmp_handler.h"
#include "dataplane/net/interface.h"
#include "dataplane/net/ip_datagram.h"
#include "dataplane/net/resolver.h"
#include "dataplane/nic/offload.h"
#include "dataplane/wire/drop_reason.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv6.h"

namespace penstock::net {

class IpInput {
 public:
  IpInput(std::span<const Interface> interfaces, Resolver& resolver, IcmpHandler& icmp);

  Arrival on_frame(nic::Packet&& frame, uint8_t port_index, base::Instant now) noexcept;

 private:
  // To whom a frame is addressed.
  enum class Cast : uint8_t { Us, Group };

  // What is known of a packet when its Ethernet header is gone.
  struct Envelope {
    uint8_t interface_index = 0;
    Cast cast = Cast::Us;
    base::MacAddress sender;
    nic::ReceivedChecksums checksums;  // what the port says
  };

  // kNoInterface when nobody here is in that VLAN.
  uint8_t interface_in(uint8_t port_index, uint16_t vlan) const noexcept;
  Arrival on_group_frame(nic::Packet&& packet, const wire::EthernetHeader& header,
                         uint8_t interface_index, base::Instant now) noexcept;
  Arrival on_ipv4(nic::Packet&& packet, const Envelope& envelope, base::Instant now) noexcept;
  Arrival on_ipv6(nic::Packet&& packet, const Envelope& envelope, base::Instant now) noexcept;
  template <class Header>
  Arrival to_upper_layer(nic::Packet&& packet, const Header& header, uint8_t hop_limit,
                         const Envelope& envelope, base::Instant now) noexcept;
  // Where the answer to a datagram goes, if it says so itself.
  NextHopCache reply_hop(base::IpAddress source, const Envelope& envelope) const noexcept;
  // Nothing when the addresses are those of a packet for us.
  std::optional<wire::DropReason> addresses_problem(const wire::Ipv6Header& header,
                                                    const Envelope& envelope) const noexcept;
  bool is_ours(base::IpAddress address) const noexcept;
  Consumed drop(uint8_t interface_index, wire::DropReason reason) const noexcept;

  static constexpr uint8_t kNoInterface = UINT8_MAX;

  std::span<const Interface> interfaces_;
  Resolver& resolver_;
  IcmpHandler& icmp_;
  std::vector<base::IpAddress> ours_;  // of all interfaces
  // By port: the interface of untagged frames, and any one.
  std::array<uint8_t, base::kPortsMax> untagged_;
  std::array<uint8_t, base::kPortsMax> any_;
};

}  // namespace penstock::net
