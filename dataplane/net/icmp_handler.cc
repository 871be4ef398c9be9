// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/icmp_handler.h"

#include <utility>
#include <variant>

#include "dataplane/base/limits.h"
#include "dataplane/nic/offload.h"
#include "dataplane/wire/icmp.h"
#include "dataplane/wire/icmpv6.h"
#include "dataplane/wire/ip_family.h"

namespace penstock::net {

using wire::DropReason;

namespace {

base::Result<wire::IcmpMessage, DropReason> parse(const IpDatagram& datagram) noexcept {
  const base::ByteSpan bytes = datagram.packet.first();
  return datagram.source.is_v4() ? wire::parse_icmp(bytes)
                                 : wire::parse_icmpv6(bytes, datagram.source, datagram.destination);
}

}  // namespace

Arrival IcmpHandler::on_datagram(IpDatagram datagram, uint8_t hop_limit,
                                 base::Instant now) noexcept {
  const auto message = parse(datagram);
  if (!message) {
    count_drop(datagram.interface_index, message.error());
    return Consumed{};
  }
  if (const auto* error = std::get_if<wire::IcmpError>(&*message)) {
    // Only what we could have sent: the quoted source must be where the error came to.
    if (error->source.address == datagram.destination) return *error;
    count_drop(datagram.interface_index, DropReason::IcmpQuoteMalformed);
  } else if (const auto* neighbor = std::get_if<wire::NdpMessage>(&*message)) {
    on_ndp(*neighbor, datagram, hop_limit, now);
  } else {
    on_echo(std::move(datagram), now);
  }
  return Consumed{};
}

void IcmpHandler::on_ndp(const wire::NdpMessage& message, const IpDatagram& datagram,
                         uint8_t hop_limit, base::Instant now) noexcept {
  // RFC 4861 7.1: what came through a router is not from a neighbour.
  if (hop_limit != wire::kHopLimitOfNeighbors) {
    return count_drop(datagram.interface_index, DropReason::NdpHopLimitBad);
  }
  resolver_.on_ndp(message, datagram, now);
}

void IcmpHandler::on_echo(IpDatagram request, base::Instant now) noexcept {
  // One request to a group would be answered by every node of the link: the amplifier of smurfs.
  // RFC 4443 4.2 lets us be silent.
  const bool is_one_to_one =
      wire::is_unicast(request.source) && wire::is_unicast(request.destination);
  if (!is_one_to_one) {
    return count_drop(request.interface_index, DropReason::IpDestinationIllegal);
  }
  reply(std::move(request), now);
}

void IcmpHandler::reply(IpDatagram request, base::Instant now) noexcept {
  if (now - second_began_ >= base::Duration::from_s(1)) {
    second_began_ = now;
    replies_this_second_ = 0;
  }
  if (replies_this_second_ == base::kEchoRepliesPerSecondMax) {
    return count_drop(request.interface_index, DropReason::IcmpRateLimited);
  }
  ++replies_this_second_;
  // The request's own buffer carries the reply. It has one owner, and its headers, which were
  // trimmed, left the room that the reply's need.
  if (request.source.is_v4()) {
    wire::turn_echo_into_reply(request.packet.mutable_first());
  } else {
    wire::turn_echo_into_reply_v6(request.packet.mutable_first(), request.source,
                                  request.destination);
  }
  nic::reset_metadata(request.packet);
  NextHopCache next_hop = request.reply_hop;
  output_.send({.packet = std::move(request.packet),
                .source = request.destination,
                .destination = request.source,
                .protocol = request.protocol},
               next_hop, now);
}

void IcmpHandler::count_drop(uint8_t interface_index, DropReason reason) const noexcept {
  interfaces_[interface_index].queue().count_drop(reason);
}

}  // namespace penstock::net
