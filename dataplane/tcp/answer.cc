// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/answer.h"

#include <utility>

#include "dataplane/tcp/shared.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::tcp {

namespace {

using wire::TcpFlag;

enum class Left : uint8_t { Yes, No };

Left send(Shared& shared, const OutgoingHeader& header, net::NextHopCache& next_hop,
          base::Instant now) noexcept {
  nic::Packet packet = build_header(header, shared.pool);
  if (!packet) {
    shared.counters.pool_empty.add();
    return Left::No;
  }
  shared.counters.segments_out.add();
  shared.host.send({.packet = std::move(packet),
                    .source = header.flow.local.address,
                    .destination = header.flow.remote.address,
                    .protocol = wire::kProtocolTcp},
                   next_hop, now);
  return Left::Yes;
}

}  // namespace

void answer_by_reset(Shared& shared, const Segment& segment, base::Instant now) noexcept {
  if (segment.flags.rst() || !shared.resets.try_spend(now)) return;
  // RFC 9293 3.10.7.1: the reset takes its number from the ACK, or acknowledges the segment.
  OutgoingHeader header{.flow = segment.flow, .flags = TcpFlag::Rst};
  if (segment.flags.ack()) {
    header.seq = segment.ack;
  } else {
    header.ack = segment.end();
    header.flags |= TcpFlag::Ack;
  }
  net::NextHopCache next_hop;
  if (send(shared, header, next_hop, now) == Left::Yes) shared.counters.resets_out.add();
}

void answer_by_ack(Shared& shared, TimeWaitRecord& record, base::Instant now) noexcept {
  if (!shared.challenge_acks.try_spend(now)) return;
  OutgoingHeader header{.flow = record.flow,
                        .seq = record.snd_nxt,
                        .ack = record.rcv_nxt,
                        .flags = TcpFlag::Ack,
                        .window = record.window};
  if (record.timestamps.enabled()) header.options.timestamps = record.timestamps.stamp(now);
  send(shared, header, record.next_hop, now);
}

}  // namespace penstock::tcp
