// SPDX-License-Identifier: Apache-2.0
//
// Limits of clients: connections that are reset at once, and requests that are answered 429.
#include "dataplane/base/siphash.h"
#include "dataplane/proxy/conductor.h"

namespace penstock::proxy {

using http::ReplyReason;

namespace {

// Leading bits of an address that make a source.
constexpr uint8_t kIpv4 = 32;
constexpr uint8_t kIpv6 = 64;

// Rounded up: who waits so long finds a token.
uint32_t seconds_for(base::Duration wait) noexcept {
  constexpr int64_t kNsPerSecond = 1'000'000'000;
  return static_cast<uint32_t>((wait.ns() + kNsPerSecond - 1) / kNsPerSecond);
}

}  // namespace

// Judged when the handshake is over and not on the SYN: by then the client is where it says, and
// nobody uses up another's connections with forged SYNs. Those have their own limit (half_open).
std::optional<uint64_t> Conductor::admit_connection(uint32_t slot, base::IpAddress source,
                                                    base::Instant now) noexcept {
  const auto index = listeners_.index_of(slot);
  if (!index) return 0;
  const ListenerPlan& listener = snapshot_->listeners[*index];
  if (listener.connection_rate) {
    route::RequestView subject;
    subject.source = source;
    const RateLimit& limit = snapshot_->rate_limits[*listener.connection_rate];
    const base::TokenVerdict verdict = rate_limiter_.take(limit, subject, now);
    if (verdict.kind == base::TokenVerdict::Kind::Empty) {
      listener_counters_[listener.id].refused.add();
      return std::nullopt;
    }
  }
  return listener.connections_per_source_max == 0 ? 0 : count_source(listener, source);
}

// A source is an IPv4 address, or an IPv6 network as one client has it.
std::optional<uint64_t> Conductor::count_source(const ListenerPlan& listener,
                                                base::IpAddress source) noexcept {
  CHECK(source_counts_ != nullptr);
  const base::IpAddress network = base::IpPrefix{source, source.is_v4() ? kIpv4 : kIpv6}.first();
  // Never 0, which stands for what is not counted.
  const uint64_t key =
      base::siphash13(source_counts_->secret(), listener.id, network.high(), network.low()) | 1;
  switch (source_counts_->take(key, listener.connections_per_source_max)) {
    case base::SharedCounts::Verdict::Counted:
      return key;
    case base::SharedCounts::Verdict::Full:
      listener_counters_[listener.id].refused.add();
      return std::nullopt;
    case base::SharedCounts::Verdict::NoPlace:
      counters_.sources_not_counted.add();
      break;
  }
  return 0;
}

void Conductor::forget_source(uint64_t counted_as) noexcept {
  if (counted_as != 0) source_counts_->give_back(counted_as);
}

// GoOn: the request is within the limit, or there is none. Wait: it has been answered.
Conductor::Next Conductor::apply_request_rate(Exchange& exchange, std::optional<uint32_t> limit,
                                              const route::RequestView& request,
                                              const http::Framing& framing,
                                              base::Instant now) noexcept {
  if (!limit) return Next::GoOn;
  const base::TokenVerdict verdict =
      rate_limiter_.take(snapshot_->rate_limits[*limit], request, now);
  if (verdict.kind == base::TokenVerdict::Kind::Taken) return Next::GoOn;
  close_after_body(exchange, framing);
  take_head(*exchange.downstream);
  reply(exchange, ReplyReason::RateLimited, now, seconds_for(verdict.wait));
  return Next::Wait;
}

// A body that a client announced is not waited for when the answer is ours.
void Conductor::close_after_body(Exchange& exchange, const http::Framing& framing) noexcept {
  const bool has_body = framing.kind == http::Framing::Kind::Chunked || framing.length > 0;
  if (has_body) exchange.persistence = http::Persistence::Close;
}

}  // namespace penstock::proxy
