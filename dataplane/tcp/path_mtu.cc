// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/path_mtu.h"

#include <algorithm>
#include <array>

#include "dataplane/tcp/lifecycle.h"
#include "dataplane/tcp/shared.h"
#include "dataplane/wire/ip_family.h"
#include "dataplane/wire/tcp_header.h"

namespace penstock::tcp {

namespace {

// What every path carries: RFC 8200 5 for IPv6. IPv4 allows for 68, which nobody has; forged errors
// would make us send crumbs.
constexpr int kIpv6MtuMin = 1280;
constexpr int kIpv4MtuMin = 576;
// Lengths of real links (RFC 1191 7.1), for routers that do not say theirs.
constexpr std::array<uint16_t, 7> kPlateaus = {8166, 4352, 2002, 1492, 1280, 1006, 576};

int headers_bytes(base::IpAddress remote) noexcept {
  return static_cast<int>(wire::ip_header_bytes(remote.family()) + wire::kTcpHeaderBytes);
}

// What comes off each payload for options.
int options_bytes(const Connection& connection) noexcept {
  return connection.timestamps.enabled() ? wire::kTcpTimestampsBytes : 0;
}

int mtu_in_use(const Connection& connection) noexcept {
  return connection.sending.mss + options_bytes(connection) +
         headers_bytes(connection.flow.remote.address);
}

int plateau_below(int mtu) noexcept {
  for (const int plateau : kPlateaus) {
    if (plateau < mtu) return plateau;
  }
  return kIpv4MtuMin;
}

void lower_to(Connection& connection, int mtu) noexcept {
  const base::IpAddress remote = connection.flow.remote.address;
  const int smallest = remote.is_v4() ? kIpv4MtuMin : kIpv6MtuMin;
  const int mss = std::max(mtu, smallest) - headers_bytes(remote) - options_bytes(connection);
  Sending& sending = connection.sending;
  if (mss >= sending.mss) return;
  sending.mss = static_cast<uint16_t>(mss);
  sending.congestion.on_segment_size(sending.mss);
  // What is longer cannot arrive. That says nothing about congestion (RFC 1191 6.4).
  sending.scoreboard.for_each(connection.shared.segments, [&](SentSegment& sent) {
    if (sent.fate == Fate::InFlight && sent.bytes() > sending.mss) {
      sending.scoreboard.mark_lost(sent);
    }
    return true;
  });
  connection.touch();
}

// RFC 9293 3.9.2.2: in an opening, what no waiting can mend ends the attempt. Later, errors are
// taken for passing ones (RFC 5927 5.2): the time-outs find a path that is really dead.
IcmpUse refuse_opening(Connection& connection, wire::IcmpErrorKind kind) noexcept {
  const bool hard =
      kind == wire::IcmpErrorKind::PortUnreachable || kind == wire::IcmpErrorKind::Prohibited;
  if (connection.state() != State::SynSent || !hard) return IcmpUse::NotBelieved;
  finish(connection, CloseReason::Unreachable);
  return IcmpUse::Used;
}

}  // namespace

uint16_t mss_towards(const Shared& shared, base::IpAddress remote) noexcept {
  const int mtu = shared.host.mtu_for(remote);
  return static_cast<uint16_t>(
      std::clamp(mtu - headers_bytes(remote), 64, int{shared.settings.mss}));
}

uint16_t default_mss(base::IpAddress remote) noexcept {
  const int mtu = remote.is_v4() ? kIpv4MtuMin : kIpv6MtuMin;
  return static_cast<uint16_t>(mtu - headers_bytes(remote));
}

IcmpUse on_icmp_error(Shared& shared, const wire::IcmpError& error, base::Instant) noexcept {
  const uint32_t index = shared.find({error.source, error.destination});
  if (index == base::FlowMap::kNone || (index & Shared::kTimeWaitBit) != 0) {
    return IcmpUse::NotBelieved;
  }
  Connection& connection = shared.connections.at(index);
  const Seq quoted(error.sequence);
  if (quoted < connection.sending.una || quoted >= connection.sending.nxt) {
    return IcmpUse::NotBelieved;
  }
  if (error.kind != wire::IcmpErrorKind::FragmentationNeeded) {
    return refuse_opening(connection, error.kind);
  }
  if (!is_synchronized(connection.state())) return IcmpUse::NotBelieved;
  const int mtu = mtu_in_use(connection);
  const int told = error.next_hop_mtu == 0 ? plateau_below(mtu) : error.next_hop_mtu;
  if (told >= mtu) return IcmpUse::NotBelieved;
  shared.counters.path_mtu_lowered.add();
  lower_to(connection, told);
  return IcmpUse::Used;
}

void suspect_black_hole(Connection& connection) noexcept {
  const SentSegment* first = connection.sending.scoreboard.first(connection.shared.segments);
  if (first == nullptr) return;
  const int floor = connection.flow.remote.address.is_v4() ? kIpv4MtuMin : kIpv6MtuMin;
  const int mtu = std::max(mtu_in_use(connection) > kIpv6MtuMin ? kIpv6MtuMin : kIpv4MtuMin, floor);
  const uint16_t before = connection.sending.mss;
  // A short segment fits everywhere: it is lost for another reason.
  if (static_cast<int>(first->bytes()) + headers_bytes(connection.flow.remote.address) <= mtu)
    return;
  lower_to(connection, mtu);
  if (connection.sending.mss < before) connection.shared.counters.path_mtu_black_holes.add();
}

}  // namespace penstock::tcp
