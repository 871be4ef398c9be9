// SPDX-License-Identifier: Apache-2.0
//
// Clients: accepted, waiting for requests, lingering, gone.
#include "dataplane/proxy/conductor.h"

namespace penstock::proxy {

void Conductor::accept(const tcp::Ready& ready, base::Instant now) noexcept {
  tcp::Stream stream = ready.stream;
  const bool wanted = !draining_ && listeners_.takes(ready.user.index, stream.local());
  const auto counted_as =
      wanted ? admit_connection(ready.user.index, stream.remote().address, now) : 0;
  if (!counted_as) {
    stream.abort();
    stream.release();
    return;
  }
  if (!wanted) return turn_away(stream, ready.user.index, http::ReplyReason::ShuttingDown);
  Downstream* client = downstreams_.acquire();
  if (client == nullptr) {
    forget_source(*counted_as);
    return turn_away(stream, ready.user.index, http::ReplyReason::OverLimit);
  }
  client->stream = stream;
  client->listener = ready.user.index;
  client->ends = {stream.remote(), stream.local()};
  client->accepted = now;
  client->counted_as = *counted_as;
  stream.set_user({tcp::StreamUser::Kind::Downstream, downstreams_.index_of(*client)});
  listeners_.on_accepted(client->listener);
  clients_.push_back(*client);
  counters_.downstream_accepted.add();
  counters_.downstream_open.add();
  const ListenerPlan& plan = snapshot_->listeners[*listeners_.index_of(client->listener)];
  client->listener_id = plan.id;
  listener_counters_[plan.id].accepted.add();
  listener_counters_[plan.id].connections_open.add();
  if (plan.proxy_header == ProxyHeader::Required) {
    client_wheel_.arm(*client, now + snapshot_->timeouts.client_header);
  } else {
    await_request(*client, now);
  }
  on_downstream_ready(*client, ready, now);
}

// A handshake that was under way when its listener was removed has none to be counted by.
void Conductor::turn_away(tcp::Stream stream, uint32_t slot, http::ReplyReason reason) noexcept {
  const auto index = static_cast<size_t>(reason);
  counters_.replies_by_reason[index].add();
  if (listeners_.takes(slot, stream.local())) {
    const ListenerPlan& plan = snapshot_->listeners[*listeners_.index_of(slot)];
    listener_counters_[plan.id].replies_by_reason[index].add();
  }
  stream.abort();
  stream.release();
}

void Conductor::on_downstream_ready(Downstream& client, const tcp::Ready& ready,
                                    base::Instant now) noexcept {
  if (!ready.closed || ends_its_tunnel(client)) {
    advance(client, now);
    return;
  }
  if (client.stream.close_reason() != tcp::CloseReason::Finished) {
    listener_counters_[client.listener_id].resets.add();
  }
  if (client.exchange != nullptr) {
    count_abort(client);
    drop_exchange(*client.exchange, now);
  }
  forget_downstream(client);
}

// The backend had closed first, and now the client too: what came with its FIN is still to go up.
bool Conductor::ends_its_tunnel(const Downstream& client) const noexcept {
  return client.exchange != nullptr && client.exchange->phase == Exchange::Phase::Tunneling &&
         client.stream.close_reason() == tcp::CloseReason::Finished;
}

void Conductor::advance(Downstream& client, base::Instant now) noexcept {
  Next next = Next::GoOn;
  while (next == Next::GoOn) {
    switch (client.phase) {
      case Downstream::Phase::AwaitingProxyHeader:
        next = read_proxy_header(client, now);
        break;
      case Downstream::Phase::AwaitingRequest:
      case Downstream::Phase::ReadingHead:
        next = read_request(client, now);
        break;
      case Downstream::Phase::InExchange:
        advance_exchange(*client.exchange, now);
        return;
      case Downstream::Phase::Lingering:
        if (discard_input(client) == Next::Wait) return;
        forget_downstream(client);
        return;
    }
  }
}

Conductor::Next Conductor::read_proxy_header(Downstream& client, base::Instant now) noexcept {
  nic::SliceQueue& received = client.stream.received();
  const base::ByteSpan first = received.empty() ? base::ByteSpan() : received.front();
  ProxyHeaderStep step = parse_proxy_header(first);
  if (step.state == ProxyHeaderStep::State::NeedMore && received.count() > 1) {
    const base::MutableByteSpan room(gather_room_.get(), base::kProxyHeaderBytesMax);
    step = parse_proxy_header(room.first(received.copy_front(room)));
  }
  if (step.state == ProxyHeaderStep::State::NeedMore && !client.stream.peer_closed()) {
    return Next::Wait;
  }
  if (step.state != ProxyHeaderStep::State::Complete) {
    // To whom a response would go is not known.
    counters_.proxy_headers_refused.add();
    count_reply(client, http::ReplyReason::ProxyHeaderInvalid);
    cut(client, now);
    return Next::Wait;
  }
  received.trim_front(step.bytes);
  client.stream.consumed();
  if (step.endpoints) client.ends = *step.endpoints;
  await_request(client, now);
  return Next::GoOn;
}

// Clients whose exchange is over: the next request may have come already.
void Conductor::run_clients(base::Instant now) noexcept {
  while (Downstream* client = runnable_.pop_front()) advance(*client, now);
}

// Whether it may go on asking: not when all is to end, or its listener is gone.
bool Conductor::is_wanted(const Downstream& client) const noexcept {
  return !draining_ && listeners_.index_of(client.listener).has_value();
}

// One that was promised to be kept, by a response that had begun before all was to end, is closed
// between requests; one whose next request has come already is answered.
void Conductor::await_request(Downstream& client, base::Instant now) noexcept {
  if (!is_wanted(client) && client.stream.received().empty()) return linger(client, now);
  enter(client, Downstream::Phase::AwaitingRequest);
  client.head_progress.reset();
  client.bytes_left = 0;
  client_wheel_.arm(client, now + snapshot_->timeouts.client_idle);
}

void Conductor::enter(Downstream& client, Downstream::Phase phase) noexcept {
  base::Counter& idle = listener_counters_[client.listener_id].connections_idle;
  if (client.phase == Downstream::Phase::AwaitingRequest) idle.subtract();
  client.phase = phase;
  if (phase == Downstream::Phase::AwaitingRequest) idle.add();
}

void Conductor::linger(Downstream& client, base::Instant now) noexcept {
  enter(client, Downstream::Phase::Lingering);
  client.stream.close();
  // The response may still wait for the client to take it.
  client.bytes_left = client.stream.bytes_unacknowledged();
  client.patience_ends = now + snapshot_->timeouts.client_write;
  client.linger_ends = now + kLingerMax;
  client.still_sends = false;
  client_wheel_.arm(client, base::earlier(now + kLinger, client.patience_ends));
}

// GoOn: the client has closed its side and nothing more will come.
Conductor::Next Conductor::discard_input(Downstream& client) noexcept {
  if (!client.stream.received().empty()) client.still_sends = true;
  client.stream.received().clear();
  client.stream.consumed();
  return client.stream.peer_closed() ? Next::GoOn : Next::Wait;
}

// The client takes nothing, or it is over with all of them: what was sent to it is discarded too.
void Conductor::cut(Downstream& client, base::Instant now) noexcept {
  if (client.exchange != nullptr) drop_exchange(*client.exchange, now);
  client.stream.abort();
  forget_downstream(client);
}

void Conductor::forget_downstream(Downstream& client) noexcept {
  DCHECK(client.exchange == nullptr);
  client_wheel_.cancel(client);
  clients_.remove(client);
  if (client.Runnable::is_linked()) runnable_.remove(client);
  listeners_.on_closed(client.listener);
  forget_source(client.counted_as);
  client.stream.release();
  enter(client, Downstream::Phase::Lingering);
  listener_counters_[client.listener_id].connections_open.subtract();
  counters_.downstream_open.subtract();
  downstreams_.release(&client);
}

}  // namespace penstock::proxy
