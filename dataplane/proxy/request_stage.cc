// SPDX-License-Identifier: Apache-2.0
//
// A head becomes an exchange: it is read, judged, described, and the rule that takes it acts.
#include <algorithm>
#include <string_view>

#include "dataplane/balance/key.h"
#include "dataplane/http/request_id.h"
#include "dataplane/proxy/conductor.h"
#include "dataplane/proxy/head_reader.h"
#include "dataplane/proxy/request_fields.h"
#include "dataplane/route/rewrite.h"

namespace penstock::proxy {

using http::ReplyReason;

namespace {

constexpr std::string_view kScheme = "http";

bool has_body(const http::Framing& framing) noexcept {
  return framing.kind == http::Framing::Kind::Chunked || framing.length > 0;
}

uint16_t port_of(std::string_view host_value, uint16_t otherwise) noexcept {
  const auto parsed = http::parse_host(host_value);
  if (!parsed || parsed->port.empty()) return otherwise;
  uint32_t port = 0;
  for (const char digit : parsed->port) port = port * 10 + static_cast<uint32_t>(digit - '0');
  return static_cast<uint16_t>(port);
}

}  // namespace

Conductor::Next Conductor::read_request(Downstream& client, base::Instant now) noexcept {
  nic::SliceQueue& received = client.stream.received();
  // A client that takes no responses gets no further ones: pipelining is bounded by the send
  // buffer.
  if (client.stream.write_space() == 0) return Next::Wait;
  if (received.empty()) {
    if (client.stream.peer_closed()) linger(client, now);
    return client.phase == Downstream::Phase::Lingering ? Next::GoOn : Next::Wait;
  }
  if (client.phase == Downstream::Phase::AwaitingRequest) {
    enter(client, Downstream::Phase::ReadingHead);
    client.head_begun = now;
    client_wheel_.arm(client, now + snapshot_->timeouts.client_header);
  }
  const HeadReader reader(client.codec, snapshot_->limits.request_head,
                          {gather_room_.get(), kGatherBytes});
  const HeadRead read = reader.read(received, client.head_progress, request_head_);
  switch (read.step.state) {
    case http::ParseStep::State::NeedMore:
      if (client.stream.peer_closed()) {
        linger(client, now);
        return Next::GoOn;
      }
      break;
    case http::ParseStep::State::Error:
      refuse_head(client, read.step.error, read.bytes, now);
      break;
    case http::ParseStep::State::Complete:
      begin_exchange(client, read.bytes, now);
      break;
  }
  // The client may be gone; if not, it is runnable or waits for something.
  return Next::Wait;
}

Exchange* Conductor::new_exchange(Downstream& client) noexcept {
  Exchange* exchange = exchanges_.acquire();
  if (exchange == nullptr) return nullptr;
  exchange->downstream = &client;
  exchange->snapshot = snapshot_;
  snapshot_->hold();
  client.exchange = exchange;
  enter(client, Downstream::Phase::InExchange);
  client.head_progress.reset();
  client_wheel_.cancel(client);
  counters_.requests.add();
  ListenerCounters& listener = listener_counters_[client.listener_id];
  listener.requests.add();
  if (++client.requests > 1) listener.reuses.add();
  counters_.exchanges_open.add();
  exchange->record.begun_ns = client.head_begun.ns();
  exchange->record.client = client.ends.client;
  const base::Duration longest = snapshot_->timeouts.exchange;
  if (longest > base::Duration()) exchange->ends_at = client.head_begun + longest;
  return exchange;
}

// A head that was not understood: the connection cannot be read any further.
void Conductor::refuse_head(Downstream& client, ReplyReason reason, base::ByteSpan bytes,
                            base::Instant now) noexcept {
  Exchange* exchange = new_exchange(client);
  if (exchange == nullptr) {
    count_reply(client, ReplyReason::OverLimit);
    cut(client, now);
    return;
  }
  if (!bytes.empty()) describe(*exchange, bytes);
  refuse(*exchange, reason, now);
}

void Conductor::begin_exchange(Downstream& client, base::ByteSpan bytes,
                               base::Instant now) noexcept {
  Exchange* exchange = new_exchange(client);
  if (exchange == nullptr) {
    // Nothing is left to remember this request by: the one refusal without a response.
    count_reply(client, ReplyReason::OverLimit);
    cut(client, now);
    return;
  }
  describe(*exchange, bytes);
  judgement_ = http::judge_request(request_head_, bytes, snapshot_->request_policy,
                                   {path_room_.get(), base::kRequestLineBytesMax});
  if (judgement_.refusal != ReplyReason::None) {
    refuse(*exchange, judgement_.refusal, now);
    return;
  }
  accept_judgement(*exchange);
  identify(*exchange, bytes);
  if (const auto exceeded = exceeded_limit(judgement_.framing)) {
    refuse(*exchange, *exceeded, now);
    return;
  }
  act(*exchange, bytes, judgement_.framing, now);
}

void Conductor::accept_judgement(Exchange& exchange) noexcept {
  exchange.persistence = http::persistence(request_head_.version, judgement_.connection);
  exchange.sharing = judgement_.sharing;
  if (exchange.sharing == http::Sharing::Forbidden) {
    exchange.persistence = http::Persistence::Close;
  }
  if (!judgement_.found.any()) return;
  exchange.record.deviations = judgement_.found;
  judgement_.found.for_each([this](http::Deviation deviation) noexcept {
    counters_.requests_by_deviation[static_cast<size_t>(deviation)].add();
  });
}

// Who asks, and by which id the request is followed.
void Conductor::identify(Exchange& exchange, base::ByteSpan bytes) noexcept {
  const http::ForwardingPolicy& policy = exchange.snapshot->forwarding;
  const base::IpAddress peer = exchange.client();
  exchange.peer_trust = http::trust_in(peer, policy.trusted_proxies);
  const bool is_trusted = exchange.peer_trust == http::Trust::Trusted;
  if (is_trusted) {
    const base::IpAddress client =
        http::client_address(peer, request_head_.fields, bytes, policy.trusted_proxies);
    if (client != peer) exchange.record.client = {client, 0};
  }
  if (policy.request_id == http::Addition::Omit) return;
  const http::Field* received = request_head_.fields.find(http::FieldId::XRequestId);
  const bool keeps =
      is_trusted && received != nullptr && http::is_request_id(http::view(received->value, bytes));
  std::array<char, http::kMadeRequestIdBytes> room;
  exchange.record.request_id.assign(keeps ? http::view(received->value, bytes)
                                          : http::make_request_id(random_, room));
}

// The head's bytes lie in the stream: views of them are gone after this.
void Conductor::take_head(Downstream& client) noexcept {
  client.stream.received().trim_front(request_head_.head_bytes);
  client.stream.consumed();
}

std::optional<ReplyReason> Conductor::exceeded_limit(const http::Framing& framing) const noexcept {
  const HttpLimits& limits = snapshot_->limits;
  if (request_head_.fields.count() > limits.fields) return ReplyReason::TooManyFields;
  if (framing.kind == http::Framing::Kind::Length && limits.request_body_bytes != 0 &&
      framing.length > limits.request_body_bytes) {
    return ReplyReason::BodyTooLarge;
  }
  return std::nullopt;
}

void Conductor::describe(Exchange& exchange, base::ByteSpan bytes) noexcept {
  exchange.method = request_head_.method;
  exchange.client_version = request_head_.version;
  if (access_ == nullptr) return;
  exchange.record.method.assign(http::view(request_head_.method_text, bytes));
  exchange.record.host.assign(http::view(request_head_.authority, bytes));
  exchange.record.target.assign(http::view(request_head_.target, bytes));
}

void Conductor::act(Exchange& exchange, base::ByteSpan bytes, const http::Framing& framing,
                    base::Instant now) noexcept {
  Downstream& client = *exchange.downstream;
  const auto listener = listeners_.index_of(client.listener);
  if (!listener) {
    refuse(exchange, ReplyReason::ShuttingDown, now);
    return;
  }
  const RequestFields fields(request_head_.fields, bytes);
  const route::RequestView view{.method = http::view(request_head_.method_text, bytes),
                                .host = http::view(request_head_.authority, bytes),
                                .path = judgement_.path,
                                .query = http::view(request_head_.query, bytes),
                                .fields = &fields,
                                .source = exchange.client()};
  const auto& listener_rate = snapshot_->listeners[*listener].request_rate;
  if (apply_request_rate(exchange, listener_rate, view, framing, now) == Next::Wait) return;
  if (judgement_.max_forwards.kind == http::MaxForwards::Kind::Reached) {
    return answer_for_ourselves(exchange, framing, now);
  }
  const route::Rule* rule = snapshot_->rules_of(*listener).choose(view, snapshot_->scratch);
  if (rule != nullptr && access_ != nullptr) exchange.record.rule.assign(rule->name);
  const auto rule_rate = rule != nullptr ? rule->request_rate : std::nullopt;
  if (apply_request_rate(exchange, rule_rate, view, framing, now) == Next::Wait) return;

  const auto* to_pool = rule != nullptr ? std::get_if<route::Forward>(&rule->action) : nullptr;
  if (to_pool != nullptr) {
    forward(exchange, *to_pool, bytes, framing, now);
    return;
  }
  close_after_body(exchange, framing);
  if (rule == nullptr) {
    take_head(client);
    reply(exchange, ReplyReason::NoRule, now);
  } else if (const auto* fixed = std::get_if<route::FixedResponse>(&rule->action)) {
    take_head(client);
    respond(exchange, *fixed, now);
  } else {
    redirect(exchange, *rule, std::get<route::Redirect>(rule->action), bytes, now);
  }
}

// RFC 9110 7.6.2: its final recipient are we. To reflect a request to who sent it (TRACE) helps
// those who steal credentials; RFC 9110 9.3.8 leaves it to us.
void Conductor::answer_for_ourselves(Exchange& exchange, const http::Framing& framing,
                                     base::Instant now) noexcept {
  close_after_body(exchange, framing);
  take_head(*exchange.downstream);
  const uint16_t status = exchange.method == http::Method::Options ? 200 : 501;
  reply(exchange, {.status = status, .reason = ReplyReason::MaxForwardsReached}, now);
}

void Conductor::forward(Exchange& exchange, const route::Forward& action, base::ByteSpan bytes,
                        const http::Framing& framing, base::Instant now) noexcept {
  Downstream& client = *exchange.downstream;
  exchange.pool = action.pool;
  exchange.key_hash = key_hash_for(exchange, bytes);
  if (access_ != nullptr) exchange.record.pool.assign(exchange.pool_plan().pool.name());

  const bool gathers = exchange.pool_plan().request_buffer_bytes > 0 && has_body(framing);
  exchange.asks_upgrade = may_upgrade(framing, bytes);
  const http::ForwardingPolicy& policy = exchange.snapshot->forwarding;
  std::array<char, base::IpAddress::kTextBytesMax> peer_room;
  std::array<char, base::IpAddress::kTextBytesMax> client_room;
  const std::string_view peer = client.ends.client.address.format_into(peer_room);
  const bool is_other = exchange.record.client.port == 0;
  const http::Codec codec = exchange.pool_plan().codec;
  const http::Framing leaving = codec.request_framing(framing);
  SliceSink sink(buffers_);
  codec.emit_request_head(
      sink, request_head_, bytes,
      {.framing = leaving,
       .path = path_to_send(judgement_, exchange.snapshot->request_policy),
       .origin = {.x_forwarded = policy.x_forwarded,
                  .forwarded = policy.forwarded,
                  .peer_trust = exchange.peer_trust,
                  .peer_address = peer,
                  .client_address = is_other ? exchange.client().format_into(client_room) : peer,
                  .proto = kScheme,
                  .port = client.ends.server.port,
                  .via_name = via_name_of(policy),
                  .request_id = exchange.record.request_id.view()},
       .persistence = exchange.sharing == http::Sharing::Allowed ? http::Persistence::KeepAlive
                                                                 : http::Persistence::Close,
       .nominations = http::nominations_of(judgement_.connection),
       .expect = gathers ? http::ExpectField::Remove : http::ExpectField::Forward,
       .upgrade = exchange.asks_upgrade ? http::UpgradeField::Forward : http::UpgradeField::Remove,
       .max_forwards = judgement_.max_forwards.kind == http::MaxForwards::Kind::Limited
                           ? std::optional(judgement_.max_forwards.left)
                           : std::nullopt});
  if (!sink.ok()) {
    refuse(exchange, ReplyReason::OverLimit, now);
    return;
  }
  exchange.head = sink.take();
  exchange.request_body = BodyPump(framing, leaving);
  exchange.keeps_body =
      gathers && http::is_idempotent(exchange.method) && exchange.pool_plan().retries.tries > 1;
  exchange.expects_continue = http::expects_continue(request_head_, bytes);
  take_head(client);
  if (!enter_pool(exchange)) {
    refuse_or_reply(exchange, ReplyReason::PoolRequestsLimit, now);
  } else if (gathers) {
    exchange.phase = Exchange::Phase::Gathering;
    exchange.lookahead = BodyLookahead(framing);
    advance_exchange(exchange, now);
  } else {
    try_backend(exchange, ReplyReason::NoBackend, now);
  }
}

bool Conductor::may_upgrade(const http::Framing& framing, base::ByteSpan bytes) const noexcept {
  if (snapshot_->upgrades == Upgrades::Never || has_body(framing)) return false;
  switch (http::requested_upgrade(request_head_, bytes)) {
    case http::RequestedUpgrade::None:
      return false;
    case http::RequestedUpgrade::WebSocket:
      return true;
    case http::RequestedUpgrade::Other:
      break;
  }
  return snapshot_->upgrades == Upgrades::Any;
}

// What is gathered waits in the receive queue. A body that is longer than the pool gathers, or
// wrong, goes on as one that is not gathered. So does any while buffers are short: TCP then takes
// in less than a body, and what is gathered is what everybody else is short of.
Conductor::Next Conductor::gather_body(Exchange& exchange, base::Instant now) noexcept {
  tcp::Stream from = exchange.downstream->stream;
  if (exchange.expects_continue) {
    exchange.expects_continue = !send_continue(exchange);
    exchange.waits_for_buffers = exchange.expects_continue;
  }
  const auto verdict = exchange.lookahead.look(from.received(), 0);
  const bool is_enough =
      from.received().bytes() >= exchange.pool_plan().request_buffer_bytes || is_short_of_buffers();
  if (verdict == BodyLookahead::Verdict::Incomplete && !is_enough) {
    if (!from.peer_closed()) return Next::Wait;
    count_abort(*exchange.downstream);
    truncate(exchange, now);
    return Next::GoOn;
  }
  exchange.phase = Exchange::Phase::Deciding;
  try_backend(exchange, ReplyReason::NoBackend, now);
  return Next::GoOn;
}

bool Conductor::send_continue(Exchange& exchange) noexcept {
  SliceSink sink(buffers_);
  exchange.downstream->codec.emit_continue(sink);
  if (!sink.ok()) return false;
  nic::SliceQueue head = sink.take();
  while (!head.empty()) exchange.downstream->stream.write(head.pop_front());
  return true;
}

uint64_t Conductor::key_hash_for(const Exchange& exchange, base::ByteSpan bytes) const noexcept {
  const balance::Pool& pool = exchange.pool_plan().pool;
  if (pool.policy() != balance::Policy::Maglev) return 0;
  const balance::KeySource& source = pool.key();
  balance::KeyMaterial material{
      .source = exchange.client(), .path = judgement_.path, .field = std::nullopt};
  material.field = balance::key_field(source, RequestFields(request_head_.fields, bytes));
  return balance::hash_key(source, material);
}

void Conductor::respond(Exchange& exchange, const route::FixedResponse& action,
                        base::Instant now) noexcept {
  reply(exchange,
        {.status = action.status,
         .reason = ReplyReason::RuleRespond,
         .content_type = action.content_type,
         .body = action.body},
        now);
}

void Conductor::redirect(Exchange& exchange, const route::Rule& rule, const route::Redirect& action,
                         base::ByteSpan bytes, base::Instant now) noexcept {
  Downstream& client = *exchange.downstream;
  const uint16_t listener_port = client.ends.server.port;
  const route::RequestUri uri{
      .scheme = kScheme,
      .host = http::view(request_head_.authority, bytes),
      .port = port_of(http::view(request_head_.host_value, bytes), listener_port),
      .path = judgement_.path,
      .query = http::view(request_head_.query, bytes),
  };
  std::array<char, base::kLocationBytesMax> room;
  const auto location = route::render_location(action, rule.path, uri, room);
  take_head(client);
  if (!location) {
    reply(exchange, ReplyReason::TargetTooLong, now);
    return;
  }
  reply(exchange,
        {.status = action.status, .reason = ReplyReason::RuleRedirect, .location = *location}, now);
}

}  // namespace penstock::proxy
