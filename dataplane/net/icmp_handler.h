// SPDX-License-Identifier: Apache-2.0
//
// IcmpHandler: answers echo requests, a bounded number a second, passes on errors that quote a TCP
// segment of ours, and hands neighbour discovery to the Resolver; ICMP and ICMPv6 alike. It sends
// no errors of its own: a port without listener is tcp's RST.
// Owned by one worker's Host.
// Invariant: at most kEchoRepliesPerSecondMax replies leave in any second, so that a ping flood
// costs no more than its reception.
// RFC 792, RFC 1122 3.2.2.6 (echo to a broadcast address is ignored); RFC 4443, RFC 4861 6, 7.
#pragma once

#include <cstdint>

#include "dataplane/base/time.h"
#include "dataplane/net/interface.h"
#include "dataplane/net/ip_datagram.h"
#include "dataplane/net/ip_output.h"
#include "dataplane/net/resolver.h"
#include "dataplane/wire/ndp.h"

namespace penstock::net {

class IcmpHandler {
 public:
  IcmpHandler(std::span<const Interface> interfaces, IpOutput& output, Resolver& resolver) noexcept
      : interfaces_(interfaces), output_(output), resolver_(resolver) {}

  // Consumed or an IcmpError.
  Arrival on_datagram(IpDatagram datagram, uint8_t hop_limit, base::Instant now) noexcept;

 private:
  void on_ndp(const wire::NdpMessage& message, const IpDatagram& datagram, uint8_t hop_limit,
              base::Instant now) noexcept;
  void on_echo(IpDatagram request, base::Instant now) noexcept;
  void reply(IpDatagram request, base::Instant now) noexcept;
  void count_drop(uint8_t interface_index, wire::DropReason reason) const noexcept;

  std::span<const Interface> interfaces_;
  IpOutput& output_;
  Resolver& resolver_;
  base::Instant second_began_;
  uint32_t replies_this_second_ = 0;
};

}  // namespace penstock::net
