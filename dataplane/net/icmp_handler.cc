// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/icmp_handler.h"

#include <utility>
#include <variant>

#include "dataplane/base/limits.h"
#include "dataplane/nic/offload.h"
#include "dataplane/wire/icmp.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::net {

using wire::DropReason;

Arrival IcmpHandler::on_datagram(IpDatagram datagram, base::Instant now) noexcept {
  const auto message = wire::parse_icmp(datagram.packet.first());
  if (!message) {
    count_drop(datagram.interface_index, message.error());
    return Consumed{};
  }
  if (const auto* error = std::get_if<wire::IcmpError>(&*message)) {
    // Only what we could have sent: the quoted source must be where the error came to.
    if (error->source.address == datagram.destination) return *error;
    count_drop(datagram.interface_index, DropReason::IcmpQuoteMalformed);
    return Consumed{};
  }
  reply(std::move(datagram), now);
  return Consumed{};
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
  wire::turn_echo_into_reply(request.packet.mutable_first());
  nic::reset_metadata(request.packet);
  NextHopCache next_hop;
  output_.send({.packet = std::move(request.packet),
                .source = request.destination,
                .destination = request.source,
                .protocol = wire::kProtocolIcmp},
               next_hop, now);
}

void IcmpHandler::count_drop(uint8_t interface_index, DropReason reason) const noexcept {
  interfaces_[interface_index].queue().count_drop(reason);
}

}  // namespace penstock::net
