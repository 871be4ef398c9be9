// SPDX-License-Identifier: Apache-2.0
//
// A backend that switches protocols (101): from then on bytes go both ways until both sides close.
#include "dataplane/proxy/conductor.h"

namespace penstock::proxy {

Conductor::Next Conductor::begin_tunnel(Exchange& exchange, base::ByteSpan bytes,
                                        base::Instant now) noexcept {
  // An upgrade that nobody asked for.
  if (!exchange.asks_upgrade) {
    refuse_or_reply(exchange, http::ReplyReason::BadResponse, now);
    return Next::GoOn;
  }
  if (!forward_interim(exchange, bytes)) {
    exchange.waits_for_buffers = true;
    return Next::Wait;
  }
  tcp::Stream from = exchange.upstream->stream;
  from.received().trim_front(response_head_.head_bytes);
  from.consumed();
  exchange.phase = Exchange::Phase::Tunneling;
  exchange.record.status = response_head_.status;
  exchange.announced = http::Persistence::Close;
  exchange.ends_at = base::Instant::never();
  exchange.head.clear();
  counters_.tunnels.add();
  counters_.tunnels_open.add();
  return Next::Wait;
}

Conductor::Next Conductor::move_tunnel(Exchange& exchange, base::Instant now) noexcept {
  switch (exchange.tunnel.move(exchange.downstream->stream, exchange.upstream->stream, buffers_)) {
    case Tunnel::State::Open:
      return Next::Wait;
    case Tunnel::State::NoBuffers:
      exchange.waits_for_buffers = true;
      return Next::Wait;
    case Tunnel::State::Done:
      finish(exchange, now);
      return Next::GoOn;
    case Tunnel::State::Broken:
      break;
  }
  // What has no framing ends for the other side as it ended here. (Of the client's reset we know.)
  counted_.backends[exchange.upstream->backend].resets.add();
  count_cut(exchange, http::ReplyReason::TunnelReset);
  cut(*exchange.downstream, now);
  return Next::GoOn;
}

}  // namespace penstock::proxy
