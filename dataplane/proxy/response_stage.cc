// SPDX-License-Identifier: Apache-2.0
//
// From the backend to the client: interim heads, the final head, the body.
#include "dataplane/http/framing.h"
#include "dataplane/proxy/conductor.h"
#include "dataplane/proxy/head_reader.h"

namespace penstock::proxy {

using http::ReplyReason;
using upstream::FailurePoint;

void Conductor::advance_exchange(Exchange& exchange, base::Instant now) noexcept {
  exchange.waits_for_buffers = false;
  if (move(exchange, now) == Next::Wait) rearm(exchange, now);
}

// As far as it goes. GoOn: the exchange is over, or waits elsewhere.
Conductor::Next Conductor::move(Exchange& exchange, base::Instant now) noexcept {
  switch (exchange.phase) {
    case Exchange::Phase::Deciding:
      return Next::GoOn;
    case Exchange::Phase::Gathering:
      return gather_body(exchange, now);
    case Exchange::Phase::Queued:
      queues_.on_room(pool_id(exchange));
      return Next::Wait;
    case Exchange::Phase::Connecting:
      return Next::Wait;
    case Exchange::Phase::Tunneling:
      return move_tunnel(exchange, now);
    case Exchange::Phase::AwaitingResponse:
    case Exchange::Phase::Responding:
      break;
  }
  if (send_request(exchange, now) == Next::GoOn) return Next::GoOn;
  if (!exchange.head_sent) return await_head_sent(exchange, now);
  return receive_response(exchange, now);
}

// RFC 9112 9.2: what a backend says before it was asked is no response.
Conductor::Next Conductor::await_head_sent(Exchange& exchange, base::Instant now) noexcept {
  tcp::Stream stream = exchange.upstream->stream;
  const tcp::CloseReason close = stream.close_reason();
  const bool is_of_use =
      close == tcp::CloseReason::None && !stream.peer_closed() && stream.received().empty();
  if (is_of_use) return Next::Wait;
  fail_attempt(exchange, FailurePoint::BeforeResponse, close, now);
  return Next::GoOn;
}

Conductor::Next Conductor::receive_response(Exchange& exchange, base::Instant now) noexcept {
  while (exchange.phase == Exchange::Phase::AwaitingResponse) {
    const uint32_t before = exchange.upstream->stream.received().bytes();
    if (read_response_head(exchange, now) == Next::GoOn) return Next::GoOn;
    const bool moved = exchange.phase != Exchange::Phase::AwaitingResponse ||
                       exchange.upstream->stream.received().bytes() != before;
    if (!moved) return Next::Wait;
  }
  if (exchange.phase == Exchange::Phase::Tunneling) return move_tunnel(exchange, now);
  return move_response_body(exchange, now);
}

Conductor::Next Conductor::read_response_head(Exchange& exchange, base::Instant now) noexcept {
  nic::SliceQueue& received = exchange.upstream->stream.received();
  if (received.empty()) return on_response_ended_early(exchange, now);
  if (exchange.was_spoken_to || exchange.upstream->delivered_nothing()) {
    return on_unasked(exchange, now);
  }
  const HeadReader reader(exchange.pool_plan().codec, exchange.snapshot->limits.response_head,
                          {gather_room_.get(), kGatherBytes});
  const HeadRead read = reader.read(received, exchange.response_progress, response_head_);
  switch (read.step.state) {
    case http::ParseStep::State::NeedMore:
      return on_response_ended_early(exchange, now);
    case http::ParseStep::State::Error:
      refuse_or_reply(exchange, http::as_bad_response(read.step.error), now);
      return Next::GoOn;
    case http::ParseStep::State::Complete:
      break;
  }
  return on_response_head(exchange, read.bytes, now);
}

// Nothing more to read now. Wait, unless the backend has ended the connection.
Conductor::Next Conductor::on_response_ended_early(Exchange& exchange, base::Instant now) noexcept {
  tcp::Stream stream = exchange.upstream->stream;
  const tcp::CloseReason close = stream.close_reason();
  if (close == tcp::CloseReason::None && !stream.peer_closed()) return Next::Wait;
  if (stream.received().empty()) {
    fail_attempt(exchange, FailurePoint::BeforeResponse, close, now);
  } else {
    fail_attempt(exchange, FailurePoint::BeforeForwarding, close, now);  // half a head
  }
  return Next::GoOn;
}

Conductor::Next Conductor::on_response_head(Exchange& exchange, base::ByteSpan bytes,
                                            base::Instant now) noexcept {
  tcp::Stream from = exchange.upstream->stream;
  const uint16_t status = response_head_.status;
  if (response_head_.fields.count() > exchange.snapshot->limits.response_fields) {
    refuse_or_reply(exchange, ReplyReason::ResponseHeadTooLarge, now);
    return Next::GoOn;
  }
  if (status < 200) return on_interim_head(exchange, bytes, now);
  const auto arriving = http::response_framing(exchange.method, response_head_, bytes);
  if (!arriving) {
    refuse_or_reply(exchange, ReplyReason::BadResponse, now);
    return Next::GoOn;
  }
  if (try_for_better_status(exchange, now)) return Next::GoOn;
  if (exchange.pool_plan().response_buffer_bytes > 0) {
    const Gathered gathered = gather_response(exchange, *arriving, now);
    if (gathered == Gathered::NotYet) return Next::Wait;
    if (gathered == Gathered::Failed) return Next::GoOn;
  }
  const http::Codec codec = exchange.downstream->codec;
  const http::Framing leaving = codec.response_framing(exchange.client_version, *arriving);
  exchange.announced = leaving.kind == http::Framing::Kind::UntilClose
                           ? http::Persistence::Close
                           : decide_persistence(exchange, now);
  const http::ConnectionOptions options = connection_options(response_head_.fields, bytes);
  if (options.are_too_many) {
    refuse_or_reply(exchange, ReplyReason::BadResponse, now);
    return Next::GoOn;
  }
  SliceSink sink(buffers_);
  codec.emit_response_head(sink, response_head_, bytes,
                           {.framing = leaving,
                            .request_method = exchange.method,
                            .client_version = exchange.client_version,
                            .persistence = exchange.announced,
                            .nominations = http::nominations_of(options),
                            .via_name = via_name_of(exchange.snapshot->forwarding),
                            .request_id = exchange.record.request_id.view(),
                            .date = date(now)});
  if (!sink.ok()) {
    exchange.waits_for_buffers = true;
    return Next::Wait;
  }
  const bool ends = arriving->kind == http::Framing::Kind::UntilClose ||
                    exchange.sharing == http::Sharing::Forbidden;
  exchange.backend_persistence =
      ends ? http::Persistence::Close : http::persistence(response_head_.version, options);
  exchange.response_body = BodyPump(*arriving, leaving);
  exchange.phase = Exchange::Phase::Responding;
  exchange.record.status = status;
  exchange.head.clear();
  exchange.keeps_body = false;
  from.received().trim_front(response_head_.head_bytes);
  from.consumed();
  nic::SliceQueue head = sink.take();
  while (!head.empty()) exchange.downstream->stream.write(head.pop_front());
  return Next::Wait;
}

// The response goes to nobody when its status asks for another backend, and there is one to ask.
bool Conductor::try_for_better_status(Exchange& exchange, base::Instant now) noexcept {
  if (!exchange.pool_plan().retries.takes_again(response_head_.status)) return false;
  // One that is gathered was looked at when its head had come.
  if (exchange.gathers_response) return false;
  if (!is_repeatable(exchange, FailurePoint::BeforeResponse)) return false;
  if (!may_be_served_by_another(exchange, now) || !may_try_again(exchange, now)) return false;
  give_up_attempt(exchange, upstream::ConnectionPool::Farewell::Abort);
  try_backend(exchange, ReplyReason::NoBackend, now);
  return true;
}

Conductor::Gathered Conductor::gather_response(Exchange& exchange, const http::Framing& arriving,
                                               base::Instant now) noexcept {
  using Verdict = BodyLookahead::Verdict;
  tcp::Stream from = exchange.upstream->stream;
  if (!exchange.gathers_response) exchange.lookahead = BodyLookahead(arriving);
  exchange.gathers_response = true;
  Verdict verdict = exchange.lookahead.look(from.received(), response_head_.head_bytes);
  if (verdict == Verdict::Malformed) {
    refuse_or_reply(exchange, ReplyReason::BadResponse, now);
    return Gathered::Failed;
  }
  const uint32_t body_bytes = from.received().bytes() - response_head_.head_bytes;
  const bool is_enough =
      body_bytes >= exchange.pool_plan().response_buffer_bytes || is_short_of_buffers();
  if (verdict == Verdict::Complete || is_enough) return Gathered::Enough;
  if (!from.peer_closed() && from.close_reason() == tcp::CloseReason::None) return Gathered::NotYet;
  if (from.peer_closed()) verdict = exchange.lookahead.on_source_closed();
  if (verdict == Verdict::Complete) return Gathered::Enough;
  counters_.upstream_truncated.add();
  fail_attempt(exchange, FailurePoint::BeforeForwarding, from.close_reason(), now);
  return Gathered::Failed;
}

Conductor::Next Conductor::on_interim_head(Exchange& exchange, base::ByteSpan bytes,
                                           base::Instant now) noexcept {
  if (response_head_.status == 101) return begin_tunnel(exchange, bytes, now);
  // A client that takes nothing holds the backend back, however many there are.
  if (exchange.downstream->stream.write_space() == 0) return Next::Wait;
  if (!forward_interim(exchange, bytes)) {
    exchange.waits_for_buffers = true;
    return Next::Wait;
  }
  ++exchange.interim_heads;
  tcp::Stream from = exchange.upstream->stream;
  from.received().trim_front(response_head_.head_bytes);
  from.consumed();
  exchange.response_progress.reset();
  return Next::Wait;
}

bool Conductor::forward_interim(Exchange& exchange, base::ByteSpan bytes) noexcept {
  // HTTP/1.0 has no interim responses (RFC 9110 15.2).
  if (exchange.client_version == http::Version::Http10) return true;
  SliceSink sink(buffers_);
  exchange.downstream->codec.emit_response_head(sink, response_head_, bytes,
                                                {.framing = {},
                                                 .request_method = exchange.method,
                                                 .client_version = exchange.client_version,
                                                 .persistence = http::Persistence::KeepAlive});
  if (!sink.ok()) return false;
  nic::SliceQueue head = sink.take();
  while (!head.empty()) exchange.downstream->stream.write(head.pop_front());
  exchange.interim_forwarded = true;
  return true;
}

Conductor::Next Conductor::move_response_body(Exchange& exchange, base::Instant now) noexcept {
  const tcp::Stream from = exchange.upstream->stream;
  const tcp::Stream to = exchange.downstream->stream;
  BodyPump& body = exchange.response_body;
  BodyPump::State state = body.move(from, to, buffers_);
  if (state == BodyPump::State::Starved &&
      (from.peer_closed() || from.close_reason() != tcp::CloseReason::None)) {
    // Only an orderly close ends a body that runs until then; a reset truncates it.
    const bool orderly = from.peer_closed();
    if (!orderly || !body.on_source_closed()) {
      counters_.upstream_truncated.add();
      counted_.backends[exchange.upstream->backend].resets.add();
      count_cut(exchange, ReplyReason::TruncatedResponse);
      truncate(exchange, now);
      return Next::GoOn;
    }
    state = body.move(from, to, buffers_);
  }
  switch (state) {
    case BodyPump::State::Done:
      finish(exchange, now);
      return Next::GoOn;
    case BodyPump::State::Malformed:
      counters_.upstream_truncated.add();
      count_cut(exchange, ReplyReason::BadResponse);
      truncate(exchange, now);
      return Next::GoOn;
    case BodyPump::State::NoBuffers:
      exchange.waits_for_buffers = true;
      break;
    case BodyPump::State::Starved:
    case BodyPump::State::Blocked:
      break;
  }
  return Next::Wait;
}

// The message cannot be completed, and the client must see that. A body with a length or in chunks
// shows it by a FIN in its middle, which TCP repeats until it arrives and which leaves earlier
// responses alone; only a body that runs until close needs the reset.
void Conductor::truncate(Exchange& exchange, base::Instant now) noexcept {
  Downstream& client = *exchange.downstream;
  const bool close_would_end_it =
      exchange.phase == Exchange::Phase::Responding &&
      exchange.response_body.leaving() == http::Framing::Kind::UntilClose;
  if (close_would_end_it) {
    cut(client, now);
    return;
  }
  drop_exchange(exchange, now);
  linger(client, now);
  runnable_.push_back(client);
}

}  // namespace penstock::proxy
