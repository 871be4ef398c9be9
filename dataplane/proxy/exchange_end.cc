// SPDX-License-Identifier: Apache-2.0
//
// The end of an exchange: replies of our own, the access record, and what becomes of the two
// connections.
#include <algorithm>
#include <array>

#include "dataplane/http/status.h"
#include "dataplane/proxy/conductor.h"

namespace penstock::proxy {

using http::Persistence;
using http::ReplyReason;

namespace {

// "404 Not Found: no_rule\n"
struct ReplyText {
  std::array<char, 128> room;
  size_t size = 0;

  void append(std::string_view text) noexcept {
    size += text.copy(room.data() + size, std::min(text.size(), room.size() - size));
  }
  std::string_view view() const noexcept { return {room.data(), size}; }
};

ReplyText reply_text_for(uint16_t status, ReplyReason reason) noexcept {
  ReplyText text;
  const std::array<char, 3> digits = {static_cast<char>('0' + status / 100),
                                      static_cast<char>('0' + status / 10 % 10),
                                      static_cast<char>('0' + status % 10)};
  text.append({digits.data(), digits.size()});
  text.append(" ");
  text.append(http::status_phrase(status));
  text.append(": ");
  text.append(http::reply_text(reason));
  text.append("\n");
  return text;
}

// How long a client should stay away from a pool that cannot take its request.
constexpr uint32_t kRetryAfterSeconds = 1;

}  // namespace

void Conductor::reply(Exchange& exchange, ReplyReason reason, base::Instant now,
                      uint32_t retry_after_s) noexcept {
  const uint16_t status = http::reply_status(reason);
  const ReplyText text = reply_text_for(status, reason);
  reply(exchange,
        {.status = status,
         .reason = reason,
         .content_type = "text/plain",
         .body = text.view(),
         .retry_after_s = status == 503 ? kRetryAfterSeconds : retry_after_s},
        now);
}

void Conductor::refuse(Exchange& exchange, ReplyReason reason, base::Instant now) noexcept {
  exchange.persistence = Persistence::Close;
  reply(exchange, reason, now);
}

void Conductor::refuse_or_reply(Exchange& exchange, ReplyReason reason,
                                base::Instant now) noexcept {
  if (!exchange.request_body.is_source_complete()) exchange.persistence = Persistence::Close;
  reply(exchange, reason, now);
}

void Conductor::reply(Exchange& exchange, const http::LocalReply& wanted,
                      base::Instant now) noexcept {
  DCHECK(exchange.phase != Exchange::Phase::Responding);
  exchange.announced = decide_persistence(exchange, now);
  http::LocalReply reply = wanted;
  reply.request_method = exchange.method;
  reply.client_version = exchange.client_version;
  reply.persistence = exchange.announced;
  reply.date = date(now);
  reply.request_id = exchange.record.request_id.view();
  reply.reason_field = exchange.snapshot->reason_header == ReasonHeader::Send
                           ? http::ReasonField::Show
                           : http::ReasonField::Hide;
  SliceSink sink(buffers_);
  exchange.downstream->codec.emit_local_reply(sink, reply);
  if (!sink.ok()) {
    count_cut(exchange, ReplyReason::OverLimit);
    truncate(exchange, now);
    return;
  }
  count_reply(*exchange.downstream, reply.reason);
  count_failure(exchange, reply.reason);
  exchange.record.status = reply.status;
  exchange.record.reason = reply.reason;
  nic::SliceQueue bytes = sink.take();
  while (!bytes.empty()) exchange.downstream->stream.write(bytes.pop_front());
  finish(exchange, now);
}

// Whether the client's connection goes on after this exchange.
Persistence Conductor::decide_persistence(Exchange& exchange, base::Instant now) noexcept {
  const bool whole_request_came = exchange.request_body.is_source_complete();
  const bool may_go_on = exchange.persistence == Persistence::KeepAlive && whole_request_came &&
                         is_wanted(*exchange.downstream);
  if (may_go_on) exchange.closed_for = served_its_time(exchange, now);
  return may_go_on && exchange.closed_for == ReplyReason::None ? Persistence::KeepAlive
                                                               : Persistence::Close;
}

// A client's connection is not kept for ever: others are to get the place, and the load balancer in
// front of us the chance to choose another of us.
ReplyReason Conductor::served_its_time(const Exchange& exchange, base::Instant now) const noexcept {
  const Downstream& client = *exchange.downstream;
  const uint32_t requests = exchange.snapshot->limits.client_requests;
  if (requests != 0 && client.requests >= requests) return ReplyReason::KeepAliveRequests;
  const base::Duration age = exchange.snapshot->timeouts.client_age;
  const bool is_old = age > base::Duration() && now - client.accepted >= age;
  return is_old ? ReplyReason::KeepAliveAge : ReplyReason::None;
}

void Conductor::finish(Exchange& exchange, base::Instant now) noexcept {
  Downstream& client = *exchange.downstream;
  const bool keeps = exchange.announced == Persistence::KeepAlive;
  if (exchange.closed_for != ReplyReason::None) count_reply(client, exchange.closed_for);
  drop_exchange(exchange, now);
  if (keeps) {
    await_request(client, now);
  } else {
    linger(client, now);
  }
  // Not carried on from here: a pipeline of requests would be a recursion.
  runnable_.push_back(client);
}

void Conductor::drop_exchange(Exchange& exchange, base::Instant now) noexcept {
  record(exchange, now);
  if (exchange.phase == Exchange::Phase::Tunneling) counters_.tunnels_open.subtract();
  release_upstream(exchange, now);
  leave_pool(exchange);
  exchange_wheel_.cancel(exchange);
  if (exchange.Slow::is_linked()) slow_clients_.remove(exchange);
  exchange.snapshot->drop();
  exchange.downstream->exchange = nullptr;
  counters_.exchanges_open.subtract();
  exchanges_.release(&exchange);
}

std::string_view Conductor::date(base::Instant now) noexcept {
  return date_.at(wall_offset_.wall_ns(now) / 1'000'000'000);
}

void Conductor::record(Exchange& exchange, base::Instant now) noexcept {
  const AccessRecord& record = exchange.record;
  if (exchange.request_body.has_trailers()) counters_.trailers_dropped.add();
  if (exchange.response_body.has_trailers()) counters_.trailers_dropped.add();
  counters_.responses_by_class[std::min<size_t>(record.status / 100u, 5)].add();
  if (access_ == nullptr) return;
  exchange.record.duration_ns = now.ns() - record.begun_ns;
  exchange.record.request_body_bytes =
      exchange.request_body.payload_bytes() + exchange.tunnel.bytes_up();
  exchange.record.response_body_bytes =
      exchange.response_body.payload_bytes() + exchange.tunnel.bytes_down();
  if (!access_->post(record)) counters_.access_records_lost.add();
}

}  // namespace penstock::proxy
