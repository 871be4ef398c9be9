// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/answer.h"

#include <algorithm>
#include <utility>

#include "dataplane/tcp/path_mtu.h"
#include "dataplane/tcp/shared.h"
#include "dataplane/tcp/syn_cookie.h"
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
                    .protocol = wire::kProtocolTcp,
                    .hop_limit = shared.settings.hop_limit,
                    .dscp = shared.settings.dscp},
                   next_hop, now);
  return Left::Yes;
}

SynFacts facts_of(const Segment& syn, const StackSettings& settings) noexcept {
  const wire::TcpOptions& options = syn.options;
  return {.mss = options.mss.value_or(default_mss(syn.flow.remote.address)),
          .window_scale = options.window_scale,
          .sack_permitted = settings.sack && options.sack_permitted};
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
  net::NextHopCache next_hop = segment.reply_hop;
  if (send(shared, header, next_hop, now) == Left::Yes) shared.counters.resets_out.add();
}

void answer_by_cookie(Shared& shared, const Segment& syn, base::Instant now) noexcept {
  const StackSettings& settings = shared.settings;
  const SynFacts facts = facts_of(syn, settings);
  OutgoingHeader header{
      .flow = syn.flow,
      .seq = make_cookie(syn.flow, syn.seq, facts, settings.isn_key, now),
      .ack = syn.seq + 1,
      .flags = TcpFlag::Syn | TcpFlag::Ack,
      .window = static_cast<uint16_t>(std::min(settings.receive_window_bytes, 0xffffu))};
  header.options.mss = mss_towards(shared, syn.flow.remote.address);
  if (facts.window_scale) {
    header.options.window_scale = ReceiveWindow::shift_for(settings.receive_window_bytes);
  }
  header.options.sack_permitted = facts.sack_permitted;
  if (settings.timestamps && syn.options.timestamps) {
    Timestamps timestamps;
    timestamps.set_offset(Timestamps::offset_of(syn.flow, settings.isn_key));
    timestamps.enable(*syn.options.timestamps, now);
    header.options.timestamps = timestamps.stamp(now);
  }
  net::NextHopCache next_hop = syn.reply_hop;
  if (send(shared, header, next_hop, now) == Left::No) return;
  shared.counters.syn_cookies_sent.add();
  shared.cookies_good_until = now + kCookiePeriod * 2;
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
