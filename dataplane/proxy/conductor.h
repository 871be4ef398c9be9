// SPDX-License-Identifier: Apache-2.0
//
// Conducts every exchange of one worker: takes what TCP has ready, and moves each exchange as far
// as bytes, buffers and peers allow. Its stages are one .cc each, in the order a request passes:
// downstream_stage (clients), request_stage (head, rule, action), limit_stage (who comes too
// often), queue_stage (bounds of the pool), upstream_stage (backend, retry), response_stage (head
// and body back), tunnel_stage (both ways, after an upgrade), exchange_end (replies, records,
// keep-alive), deadlines.
// It understands no bytes (http), decides no route (route) and picks no backend (balance).
// Owned by Proxy on one worker; nothing allocates after construction.
// Invariant: an event handler leaves every object it touched waiting for something that will come:
// an event of a stream, or a deadline.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "dataplane/balance/backend.h"
#include "dataplane/base/list.h"
#include "dataplane/base/random.h"
#include "dataplane/base/result.h"
#include "dataplane/base/slab.h"
#include "dataplane/base/timer_wheel.h"
#include "dataplane/base/wall_offset.h"
#include "dataplane/http/compliance.h"
#include "dataplane/http/date.h"
#include "dataplane/http/local_reply.h"
#include "dataplane/http/message.h"
#include "dataplane/proxy/downstream.h"
#include "dataplane/proxy/exchange.h"
#include "dataplane/proxy/listeners.h"
#include "dataplane/proxy/pool_queue.h"
#include "dataplane/proxy/proxy.h"
#include "dataplane/proxy/rate_limiter.h"
#include "dataplane/proxy/slice_sink.h"
#include "dataplane/upstream/connection_pool.h"
#include "dataplane/upstream/cooldown.h"
#include "dataplane/upstream/failure.h"

namespace penstock::proxy {

class Conductor {
 public:
  Conductor(const ProxySettings& settings, const ProxyPlaces& places);
  ~Conductor();

  void use_snapshot(Snapshot& snapshot, base::Instant now) noexcept;
  void on_ready(const tcp::Ready& ready, base::Instant now) noexcept;
  void on_timers(base::Instant now) noexcept;
  base::Instant next_deadline() const noexcept;
  void begin_drain(base::Instant now) noexcept;
  bool is_drained() const noexcept { return draining_ && downstreams_.in_use() == 0; }

 private:
  // After a step: go on with the same object, or wait for an event or a deadline.
  enum class Next : uint8_t { GoOn, Wait };

  void close_idle_clients(base::Instant now) noexcept;
  void count_reply(const Downstream& client, http::ReplyReason reason) noexcept;
  // A client that left before its response was complete.
  void count_abort(const Downstream& client) noexcept;
  // The backend that is being asked has failed, if that is what the reason says.
  void count_failure(const Exchange& exchange, http::ReplyReason reason) noexcept;
  // Of an exchange that is about to be cut: it is too late for a reply.
  void count_cut(Exchange& exchange, http::ReplyReason reason) noexcept;

  // --- downstream_stage.cc: clients.
  void accept(const tcp::Ready& ready, base::Instant now) noexcept;
  void turn_away(tcp::Stream stream, uint32_t slot, http::ReplyReason reason) noexcept;
  void on_downstream_ready(Downstream& client, const tcp::Ready& ready, base::Instant now) noexcept;
  // Carries a client as far as it goes. The client may be gone afterwards.
  void advance(Downstream& client, base::Instant now) noexcept;
  void run_clients(base::Instant now) noexcept;
  // Who the client is, where the listener has it announced.
  Next read_proxy_header(Downstream& client, base::Instant now) noexcept;
  bool is_wanted(const Downstream& client) const noexcept;
  bool ends_its_tunnel(const Downstream& client) const noexcept;
  void await_request(Downstream& client, base::Instant now) noexcept;
  void linger(Downstream& client, base::Instant now) noexcept;
  Next discard_input(Downstream& client) noexcept;
  void cut(Downstream& client, base::Instant now) noexcept;
  void forget_downstream(Downstream& client) noexcept;
  void enter(Downstream& client, Downstream::Phase phase) noexcept;

  // --- request_stage.cc: a head becomes an exchange with an action.
  Next read_request(Downstream& client, base::Instant now) noexcept;
  void begin_exchange(Downstream& client, base::ByteSpan bytes, base::Instant now) noexcept;
  std::optional<http::ReplyReason> exceeded_limit(const http::Framing& framing) const noexcept;
  void describe(Exchange& exchange, base::ByteSpan bytes) noexcept;
  void accept_judgement(Exchange& exchange) noexcept;
  void identify(Exchange& exchange, base::ByteSpan bytes) noexcept;
  void act(Exchange& exchange, base::ByteSpan bytes, const http::Framing& framing,
           base::Instant now) noexcept;
  void forward(Exchange& exchange, const route::Forward& action, base::ByteSpan bytes,
               const http::Framing& framing, base::Instant now) noexcept;
  void answer_for_ourselves(Exchange& exchange, const http::Framing& framing,
                            base::Instant now) noexcept;
  void respond(Exchange& exchange, const route::FixedResponse& action, base::Instant now) noexcept;
  void redirect(Exchange& exchange, const route::Rule& rule, const route::Redirect& action,
                base::ByteSpan bytes, base::Instant now) noexcept;

  // --- limit_stage.cc: who comes too often, or with too many connections.
  // What counts the connection, to be given back, or 0; nothing: it is refused.
  std::optional<uint64_t> admit_connection(uint32_t slot, base::IpAddress source,
                                           base::Instant now) noexcept;
  std::optional<uint64_t> count_source(const ListenerPlan& listener,
                                       base::IpAddress source) noexcept;
  void forget_source(uint64_t counted_as) noexcept;
  Next apply_request_rate(Exchange& exchange, std::optional<uint32_t> limit,
                          const route::RequestView& request, const http::Framing& framing,
                          base::Instant now) noexcept;
  void close_after_body(Exchange& exchange, const http::Framing& framing) noexcept;

  uint64_t key_hash_for(const Exchange& exchange, base::ByteSpan bytes) const noexcept;
  void take_head(Downstream& client) noexcept;
  // `bytes`: of the head as far as it is known, or none.
  void refuse_head(Downstream& client, http::ReplyReason reason, base::ByteSpan bytes,
                   base::Instant now) noexcept;
  Exchange* new_exchange(Downstream& client) noexcept;

  // Whether the request may turn its connection into a tunnel, when the backend agrees.
  bool may_upgrade(const http::Framing& framing, base::ByteSpan bytes) const noexcept;
  // The body is waited for before a backend is asked.
  Next gather_body(Exchange& exchange, base::Instant now) noexcept;
  bool send_continue(Exchange& exchange) noexcept;

  // --- upstream_stage.cc: attempts at backends.
  void on_upstream_ready(upstream::BackendConnection& connection, const tcp::Ready& ready,
                         base::Instant now) noexcept;
  // Replies `failure` when there is no backend left to try.
  void try_backend(Exchange& exchange, http::ReplyReason failure, base::Instant now) noexcept;
  base::Result<upstream::BackendConnection*, upstream::LeaseError> lease_from(
      const balance::Backend& backend, Exchange& exchange, base::Instant now) noexcept;
  bool may_pend(const Exchange& exchange) const noexcept;
  void pass_over(Exchange& exchange, const balance::Backend& backend) noexcept;
  void count_try(Exchange& exchange, const balance::Backend& backend) noexcept;
  void begin_attempt(Exchange& exchange, const balance::Backend& backend,
                     upstream::BackendConnection& connection, base::Instant now) noexcept;
  void give_up_attempt(Exchange& exchange, upstream::ConnectionPool::Farewell farewell) noexcept;
  bool take_back(Exchange& exchange) noexcept;
  Next on_unasked(Exchange& exchange, base::Instant now) noexcept;
  // The request may go out a second time after what happened at `point`, as far as it is concerned.
  bool is_repeatable(const Exchange& exchange, upstream::FailurePoint point) const noexcept;
  // It may do so now: there is a try left, and the budget allows it.
  bool may_try_again(Exchange& exchange, base::Instant now) noexcept;
  bool announce_client(Exchange& exchange) noexcept;
  bool is_kept(const Exchange& exchange) const noexcept;
  const balance::Backend* pick_backend(Exchange& exchange, base::Instant now) noexcept;
  bool may_be_served_by_another(const Exchange& exchange, base::Instant now) noexcept;
  // Where no connection may be opened, a backend to which there is an idle one may serve instead.
  const balance::Backend& prefer_idle(const balance::Backend& picked, Exchange& exchange,
                                      base::Instant now) noexcept;
  bool is_short_of_connections(const balance::Backend& picked,
                               const balance::Backend& other) const noexcept;
  upstream::Reuse reuse_for(const Exchange& exchange) const noexcept;
  void fail_attempt(Exchange& exchange, upstream::FailurePoint point, tcp::CloseReason close,
                    base::Instant now) noexcept;
  // Moves the request towards the backend. Wait: nothing more can be done now, and the exchange
  // lives; GoOn: it does not.
  Next send_request(Exchange& exchange, base::Instant now) noexcept;
  bool send_head(Exchange& exchange) noexcept;
  void bound_kept_body(Exchange& exchange) noexcept;
  Next refuse_body(Exchange& exchange, http::ReplyReason reason, base::Instant now) noexcept;
  void release_upstream(Exchange& exchange, base::Instant now) noexcept;

  // --- queue_stage.cc: what an exchange takes of its pool.
  static uint32_t pool_id(const Exchange& exchange) noexcept { return exchange.pool_plan().id; }
  // Waits for a connection of a pool that is at its maximum.
  void join_queue(Exchange& exchange, base::Instant now) noexcept;
  void serve_queues(base::Instant now) noexcept;
  void set_pending(Exchange& exchange) noexcept;
  void clear_pending(Exchange& exchange) noexcept;
  // False when the pool has as many requests as it may.
  bool enter_pool(Exchange& exchange) noexcept;
  void leave_pool(Exchange& exchange) noexcept;

  // --- response_stage.cc: from the backend to the client. Each answers GoOn when the exchange is
  // over, Wait when it is not.
  void advance_exchange(Exchange& exchange, base::Instant now) noexcept;
  Next move(Exchange& exchange, base::Instant now) noexcept;
  Next await_head_sent(Exchange& exchange, base::Instant now) noexcept;
  Next receive_response(Exchange& exchange, base::Instant now) noexcept;
  Next read_response_head(Exchange& exchange, base::Instant now) noexcept;
  Next on_response_head(Exchange& exchange, base::ByteSpan bytes, base::Instant now) noexcept;
  // The response's body is waited for, as far as it is to be gathered.
  enum class Gathered : uint8_t { Enough, NotYet, Failed };
  Gathered gather_response(Exchange& exchange, const http::Framing& arriving,
                           base::Instant now) noexcept;
  // The status asks for another backend, and one is asked.
  bool try_for_better_status(Exchange& exchange, base::Instant now) noexcept;
  Next on_interim_head(Exchange& exchange, base::ByteSpan bytes, base::Instant now) noexcept;
  bool forward_interim(Exchange& exchange, base::ByteSpan bytes) noexcept;
  Next on_response_ended_early(Exchange& exchange, base::Instant now) noexcept;
  Next move_response_body(Exchange& exchange, base::Instant now) noexcept;
  void truncate(Exchange& exchange, base::Instant now) noexcept;

  // --- tunnel_stage.cc: both ways, after an upgrade.
  Next begin_tunnel(Exchange& exchange, base::ByteSpan bytes, base::Instant now) noexcept;
  Next move_tunnel(Exchange& exchange, base::Instant now) noexcept;

  // --- exchange_end.cc: replies of our own, records, what becomes of the connections.
  // Keeps the connection if the client wants it; the request's bytes must have been taken.
  void reply(Exchange& exchange, http::ReplyReason reason, base::Instant now,
             uint32_t retry_after_s = 0) noexcept;
  // The same, and closes: what the client sent cannot be told from the next request.
  void refuse(Exchange& exchange, http::ReplyReason reason, base::Instant now) noexcept;
  // Closes only when the request's body has not all been taken.
  void refuse_or_reply(Exchange& exchange, http::ReplyReason reason, base::Instant now) noexcept;
  void reply(Exchange& exchange, const http::LocalReply& reply, base::Instant now) noexcept;
  void finish(Exchange& exchange, base::Instant now) noexcept;
  void drop_exchange(Exchange& exchange, base::Instant now) noexcept;
  void record(Exchange& exchange, base::Instant now) noexcept;
  // Valid until the next call.
  std::string_view date(base::Instant now) noexcept;
  http::Persistence decide_persistence(Exchange& exchange, base::Instant now) noexcept;
  // Why the client's connection is not kept any longer, or None.
  http::ReplyReason served_its_time(const Exchange& exchange, base::Instant now) const noexcept;

  // --- deadlines.cc: who is waited for, and what happens when they do not come.
  Exchange::WaitingFor waiting_for(const Exchange& exchange) const noexcept;
  // Changes whenever the one who is waited for has done something.
  uint64_t sign_of_life(const Exchange& exchange) const noexcept;
  bool gave_sign_of_life(const Exchange& exchange) const noexcept;
  base::Duration patience(const Exchange& exchange) const noexcept;
  void rearm(Exchange& exchange, base::Instant now) noexcept;
  base::Duration retry_after(const Exchange& exchange) const noexcept;
  void cut_slow_clients(base::Instant now) noexcept;
  void on_deadline(Exchange& exchange, base::Instant now) noexcept;
  void give_up(Exchange& exchange, base::Instant now) noexcept;
  void end_exchange(Exchange& exchange, base::Instant now) noexcept;
  void on_deadline(Downstream& client, base::Instant now) noexcept;
  // Of a response that is over, by bytes that the client had not acknowledged then and has not now.
  bool has_taken_enough(uint32_t before, uint32_t left) const noexcept;
  void on_idle_deadline(Downstream& client, base::Instant now) noexcept;
  void on_linger_deadline(Downstream& client, base::Instant now) noexcept;

  bool is_short_of_buffers() const noexcept { return buffers_.pressure() != nic::Pressure::None; }
  bool backend_is_active(uint32_t backend) const noexcept { return active_backends_[backend]; }

  tcp::Stack& stack_;
  nic::PacketPool& buffers_;
  ProxyCounters& counters_;
  ListenerCounters* listener_counters_;
  upstream::PoolPlaces counted_;
  AccessSink* access_;

  Snapshot* snapshot_ = nullptr;
  balance::BackendSet active_backends_;
  Listeners listeners_;
  RateLimiter rate_limiter_;
  base::SharedCounts* source_counts_;
  upstream::ConnectionPool backend_connections_;
  upstream::Cooldown cooldown_;
  PoolQueues queues_;

  base::Slab<Downstream> downstreams_;
  base::Slab<Exchange> exchanges_;
  base::List<Downstream, OfWorker> clients_;
  base::List<Downstream, RunnableTag> runnable_;
  base::List<Exchange, SlowTag> slow_clients_;  // the longest waiting first
  base::TimerWheel<Downstream> client_wheel_;
  base::TimerWheel<Exchange> exchange_wheel_;
  bool draining_ = false;
  base::Instant drain_until_ = base::Instant::never();
  base::Instant last_turn_;

  // Scratch for the head at hand: heads are parsed, decided on and re-written within one call.
  http::RequestHead request_head_;
  http::Judgement judgement_;
  std::unique_ptr<uint8_t[]> path_room_;
  base::Random random_;  // for request ids
  const base::WallOffset& wall_offset_;
  http::DateText date_;
  http::ResponseHead response_head_;
  std::unique_ptr<uint8_t[]> gather_room_;
};

}  // namespace penstock::proxy
