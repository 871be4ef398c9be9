// SPDX-License-Identifier: Apache-2.0
#include "control/stats/counter_sums.h"

#include <array>

#include "dataplane/http/deviation.h"
#include "dataplane/http/reason.h"
#include "dataplane/wire/drop_reason.h"

namespace penstock::stats {
namespace {

using worker::Counters;

// Counters without a label: what they are called, and how one worker's is read.
struct Series {
  std::string_view name;
  std::string_view help;
  Kind kind;
  uint64_t (*read)(const Counters&);
};

template <base::Counter proxy::ProxyCounters::*Member>
uint64_t proxy_count(const Counters& counters) {
  return (counters.proxy.*Member).read();
}

template <base::Counter tcp::StackCounters::*Member>
uint64_t tcp_count(const Counters& counters) {
  return counters.tcp == nullptr ? 0 : (counters.tcp->*Member).read();
}

template <base::Counter Counters::*Member>
uint64_t own_count(const Counters& counters) {
  return (counters.*Member).read();
}

template <base::Counter worker::SwitchboardCounters::*Member>
uint64_t switchboard_count(const Counters& counters) {
  return (counters.switchboard.*Member).read();
}

using Switchboard = worker::SwitchboardCounters;
using Proxy = proxy::ProxyCounters;
using Tcp = tcp::StackCounters;

// tidy: long-function: a table, one line or two for each series.
constexpr auto kSeries = std::to_array<Series>({
    {"requests", "Requests received", Kind::Counter, proxy_count<&Proxy::requests>},
    {"exchanges_open", "Requests being answered", Kind::Gauge, proxy_count<&Proxy::exchanges_open>},
    {"downstream_accepted", "Client connections accepted", Kind::Counter,
     proxy_count<&Proxy::downstream_accepted>},
    {"downstream_open", "Client connections open", Kind::Gauge,
     proxy_count<&Proxy::downstream_open>},
    {"downstream_aborts", "Clients that left before their response was complete", Kind::Counter,
     proxy_count<&Proxy::downstream_aborts>},
    {"retries", "Requests sent to a further backend", Kind::Counter, proxy_count<&Proxy::retries>},
    {"sources_not_counted", "Connections admitted without a place to count their source",
     Kind::Counter, proxy_count<&Proxy::sources_not_counted>},
    {"rate_buckets_evicted",
     "Keys of rate limits forgotten too early because there were too many at once", Kind::Counter,
     proxy_count<&Proxy::rate_buckets_evicted>},
    {"upstream_truncated", "Responses cut short by the backend", Kind::Counter,
     proxy_count<&Proxy::upstream_truncated>},
    {"proxy_headers_refused", "Clients cut for want of a PROXY protocol header", Kind::Counter,
     proxy_count<&Proxy::proxy_headers_refused>},
    {"tunnels", "Connections upgraded to another protocol", Kind::Counter,
     proxy_count<&Proxy::tunnels>},
    {"tunnels_open", "Upgraded connections open", Kind::Gauge, proxy_count<&Proxy::tunnels_open>},
    {"trailers_dropped", "Messages whose trailer fields were not passed on", Kind::Counter,
     proxy_count<&Proxy::trailers_dropped>},
    {"access_records_lost", "Access log lines lost because the log was too slow", Kind::Counter,
     proxy_count<&Proxy::access_records_lost>},

    {"packets_received", "Packets received", Kind::Counter,
     [](const Counters& c) { return c.packets_received(); }},
    {"bytes_received", "Bytes received, with frame headers", Kind::Counter,
     [](const Counters& c) { return c.bytes_received(); }},
    {"packets_sent", "Packets sent", Kind::Counter,
     [](const Counters& c) { return c.packets_sent(); }},
    {"bytes_sent", "Bytes sent, with frame headers", Kind::Counter,
     [](const Counters& c) { return c.bytes_sent(); }},
    {"buffers_in_use", "Packet buffers in use", Kind::Gauge, own_count<&Counters::buffers_in_use>},
    {"references_in_use", "References to packet buffers in use", Kind::Gauge,
     own_count<&Counters::references_in_use>},

    {"tcp_opened_active", "Connections opened to backends", Kind::Counter,
     tcp_count<&Tcp::opened_active>},
    {"tcp_opened_passive", "Connections accepted from clients", Kind::Counter,
     tcp_count<&Tcp::opened_passive>},
    {"tcp_open_failed", "Handshakes that ended without a connection", Kind::Counter,
     tcp_count<&Tcp::open_failed>},
    {"tcp_connections_open", "Connections in any state", Kind::Gauge,
     tcp_count<&Tcp::connections_open>},
    {"tcp_half_open", "Handshakes in progress with clients", Kind::Gauge,
     tcp_count<&Tcp::half_open>},
    {"tcp_established", "Connections established", Kind::Gauge, tcp_count<&Tcp::established>},
    {"tcp_syn_cookies_sent", "SYNs answered without remembering them", Kind::Counter,
     tcp_count<&Tcp::syn_cookies_sent>},
    {"tcp_syn_cookies_accepted", "Connections opened by a SYN cookie", Kind::Counter,
     tcp_count<&Tcp::syn_cookies_accepted>},
    {"tcp_path_mtu_lowered", "Segment sizes lowered because ICMP said so", Kind::Counter,
     tcp_count<&Tcp::path_mtu_lowered>},
    {"tcp_path_mtu_black_holes", "Segment sizes lowered because long segments vanished",
     Kind::Counter, tcp_count<&Tcp::path_mtu_black_holes>},
    {"tcp_keep_alive_probes", "Probes of peers that were silent", Kind::Counter,
     tcp_count<&Tcp::keep_alive_probes>},
    {"tcp_time_wait", "Connections in TIME-WAIT", Kind::Gauge, tcp_count<&Tcp::time_wait>},
    {"tcp_time_wait_reused", "Connections in TIME-WAIT that gave way to a new one", Kind::Counter,
     tcp_count<&Tcp::time_wait_reused>},
    {"tcp_source_ports_exhausted", "Connections to backends not opened for want of a source port",
     Kind::Counter, tcp_count<&Tcp::source_ports_exhausted>},
    {"tcp_timed_out", "Connections given up after retransmissions", Kind::Counter,
     tcp_count<&Tcp::timed_out>},
    {"tcp_segments_in", "Segments received", Kind::Counter, tcp_count<&Tcp::segments_in>},
    {"tcp_segments_out", "Segments sent", Kind::Counter, tcp_count<&Tcp::segments_out>},
    {"tcp_bytes_in", "Payload bytes received in order", Kind::Counter, tcp_count<&Tcp::bytes_in>},
    {"tcp_bytes_out", "Payload bytes sent, retransmissions included", Kind::Counter,
     tcp_count<&Tcp::bytes_out>},
    {"tcp_resets_in", "RST segments received", Kind::Counter, tcp_count<&Tcp::resets_in>},
    {"tcp_resets_out", "RST segments sent", Kind::Counter, tcp_count<&Tcp::resets_out>},
    {"tcp_segments_retransmitted", "Segments sent again", Kind::Counter,
     tcp_count<&Tcp::segments_retransmitted>},
    {"tcp_congestion_echoes", "Windows lowered because of ECN", Kind::Counter,
     tcp_count<&Tcp::congestion_echoes>},
    {"tcp_fast_retransmits", "Losses found before the time-out", Kind::Counter,
     tcp_count<&Tcp::fast_retransmits>},
    {"tcp_recoveries_spurious", "Losses that D-SACK has shown to be none", Kind::Counter,
     tcp_count<&Tcp::recoveries_spurious>},
    {"tcp_retransmit_timeouts", "Losses found by time-out", Kind::Counter,
     tcp_count<&Tcp::retransmit_timeouts>},
    {"tcp_timeouts_spurious", "Time-outs with nothing lost", Kind::Counter,
     tcp_count<&Tcp::timeouts_spurious>},
    {"tcp_tail_loss_probes", "Probes for a lost tail", Kind::Counter,
     tcp_count<&Tcp::tail_loss_probes>},
    {"tcp_duplicates_reported", "Segments that a peer received twice (D-SACK)", Kind::Counter,
     tcp_count<&Tcp::duplicates_reported>},
    {"tcp_zero_window_probes", "Probes of a closed window", Kind::Counter,
     tcp_count<&Tcp::zero_window_probes>},
    {"tcp_segments_out_of_order", "Segments that arrived early", Kind::Counter,
     tcp_count<&Tcp::segments_out_of_order>},
    {"tcp_segments_duplicate", "Segments that brought nothing new", Kind::Counter,
     tcp_count<&Tcp::segments_duplicate>},
    {"tcp_challenge_acks", "Challenge ACKs sent", Kind::Counter, tcp_count<&Tcp::challenge_acks>},
    {"tcp_pool_empty", "Segments delayed because no buffer was free", Kind::Counter,
     tcp_count<&Tcp::pool_empty>},
    {"tcp_port_behind", "Turns for which new data waited because the port was behind",
     Kind::Counter, tcp_count<&Tcp::port_behind>},

    {"wrong_core_arrivals",
     "Segments that the NIC brought to another worker than its key and table say", Kind::Counter,
     switchboard_count<&Switchboard::wrong_core_arrivals>},
    {"frames_handed_over", "Frames that a worker handed to their owner", Kind::Counter,
     switchboard_count<&Switchboard::frames_handed_over>},
    {"frames_taken_over", "Frames that a worker was handed by another", Kind::Counter,
     switchboard_count<&Switchboard::frames_taken_over>},

    {"worker_turns", "Turns of the workers' loops", Kind::Counter, own_count<&Counters::turns>},
    {"worker_turns_busy", "Turns that had something to do", Kind::Counter,
     own_count<&Counters::turns_busy>},
    {"worker_busy_ns", "Nanoseconds spent in turns that had something to do", Kind::Counter,
     own_count<&Counters::busy_ns>},
    {"worker_sleeps", "Times that a worker slept", Kind::Counter, own_count<&Counters::sleeps>},
});

constexpr auto kBackendSeries = std::to_array<SeriesOf<BackendSums>>({
    {"requests", "Requests sent to the backend", Kind::Counter, &BackendSums::requests,
     &upstream::BackendCounters::requests},
    {"retries", "Requests that came to the backend after another had failed", Kind::Counter,
     &BackendSums::retries, &upstream::BackendCounters::retries},
    {"connects", "Connections opened to the backend", Kind::Counter, &BackendSums::connects,
     &upstream::BackendCounters::connects},
    {"connect_failures", "Connections refused, timed out or unreachable", Kind::Counter,
     &BackendSums::connect_failures, &upstream::BackendCounters::connect_failures},
    {"resets", "Connections that died with a request on them", Kind::Counter, &BackendSums::resets,
     &upstream::BackendCounters::resets},
    {"reuses", "Requests that found an idle connection", Kind::Counter, &BackendSums::reuses,
     &upstream::BackendCounters::reuses},
    {"idle_timeouts", "Idle connections closed because no request came for them", Kind::Counter,
     &BackendSums::idle_timeouts, &upstream::BackendCounters::idle_timeouts},
    {"connections_open", "Connections to the backend", Kind::Gauge, &BackendSums::connections_open,
     &upstream::BackendCounters::connections_open},
    {"connections_idle", "Connections that wait for a request", Kind::Gauge,
     &BackendSums::connections_idle, &upstream::BackendCounters::connections_idle},
    {"exchanges_open", "Requests that the backend is answering", Kind::Gauge,
     &BackendSums::exchanges_open, &upstream::BackendCounters::exchanges_open},
});

constexpr auto kPoolSeries = std::to_array<SeriesOf<PoolSums>>({
    {"requests", "Requests sent to the pool", Kind::Counter, &PoolSums::requests,
     &upstream::PoolCounters::requests},
    {"requests_open", "Requests in progress", Kind::Gauge, &PoolSums::requests_open,
     &upstream::PoolCounters::requests_open},
    {"pending", "Requests that wait for a connection", Kind::Gauge, &PoolSums::pending,
     &upstream::PoolCounters::pending},
    {"connections_open", "Connections to the pool's backends", Kind::Gauge,
     &PoolSums::connections_open, &upstream::PoolCounters::connections_open},
    {"retries", "Further backends tried", Kind::Counter, &PoolSums::retries,
     &upstream::PoolCounters::retries},
    {"retries_withheld", "Retries that the budget did not allow", Kind::Counter,
     &PoolSums::retries_withheld, &upstream::PoolCounters::retries_withheld},
    {"refusals", "Requests refused because of the pool's bounds", Kind::Counter,
     &PoolSums::refusals, &upstream::PoolCounters::refusals},
});

constexpr auto kListenerSeries = std::to_array<SeriesOf<ListenerSums>>({
    {"accepted", "Connections accepted", Kind::Counter, &ListenerSums::accepted,
     &proxy::ListenerCounters::accepted},
    {"denied", "Segments of sources that are not admitted, dropped", Kind::Counter,
     &ListenerSums::denied, &proxy::ListenerCounters::denied},
    {"refused", "Connections reset: beyond their rate, or their source has its share",
     Kind::Counter, &ListenerSums::refused, &proxy::ListenerCounters::refused},
    {"connections_open", "Connections of clients", Kind::Gauge, &ListenerSums::connections_open,
     &proxy::ListenerCounters::connections_open},
    {"connections_idle", "Connections of clients that wait for a request", Kind::Gauge,
     &ListenerSums::connections_idle, &proxy::ListenerCounters::connections_idle},
    {"requests", "Requests received", Kind::Counter, &ListenerSums::requests,
     &proxy::ListenerCounters::requests},
    {"reuses", "Requests on a connection that had brought one before", Kind::Counter,
     &ListenerSums::reuses, &proxy::ListenerCounters::reuses},
    {"retries", "Requests sent to a further backend", Kind::Counter, &ListenerSums::retries,
     &proxy::ListenerCounters::retries},
    {"aborts", "Clients that left before their response was complete", Kind::Counter,
     &ListenerSums::aborts, &proxy::ListenerCounters::aborts},
    {"resets", "Connections that clients reset or left without a word", Kind::Counter,
     &ListenerSums::resets, &proxy::ListenerCounters::resets},
});

template <class Read>
uint64_t sum(Workers workers, Read read) {
  uint64_t total = 0;
  for (const Counters* counters : workers) total += read(*counters);
  return total;
}

Family responses(Workers workers) {
  Family family{"responses", "Responses sent, by class of status", Kind::Counter, "class", {}};
  static constexpr std::array kClasses = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
  for (size_t i = 0; i < kClasses.size(); ++i) {
    family.samples.push_back({kClasses[i], sum(workers, [i](const Counters& c) {
                                return c.proxy.responses_by_class[i].read();
                              })});
  }
  return family;
}

Family replies(Workers workers) {
  Family family{"replies",
                "Responses that Penstock made itself or cut, by reason",
                Kind::Counter,
                "reason",
                {}};
  // 0 is None: the backend's own response.
  for (size_t i = 1; i < http::kReplyReasonCount; ++i) {
    family.samples.push_back(
        {std::string(http::kReplyReasons[i].text),
         sum(workers, [i](const Counters& c) { return c.proxy.replies_by_reason[i].read(); })});
  }
  return family;
}

Family deviations(Workers workers) {
  Family family{
      "deviations",
      "Requests that deviate from the standards and were not refused for it, by deviation",
      Kind::Counter,
      "deviation",
      {}};
  for (size_t i = 0; i < http::kDeviationCount; ++i) {
    family.samples.push_back(
        {std::string(http::kDeviations[i].text),
         sum(workers, [i](const Counters& c) { return c.proxy.requests_by_deviation[i].read(); })});
  }
  return family;
}

Family drops(Workers workers) {
  Family family{"drops", "Packets discarded, by reason", Kind::Counter, "reason", {}};
  for (size_t i = 0; i < wire::kDropReasons; ++i) {
    const auto reason = static_cast<wire::DropReason>(i);
    family.samples.push_back(
        {std::string(wire::to_text(reason)),
         sum(workers, [reason](const Counters& c) { return c.drops(reason); })});
  }
  return family;
}

}  // namespace

std::vector<Family> sum_families(Workers workers) {
  std::vector<Family> families;
  for (const Series& series : kSeries) {
    families.push_back(
        {series.name, series.help, series.kind, "", {{"", sum(workers, series.read)}}});
  }
  families.push_back(responses(workers));
  families.push_back(replies(workers));
  families.push_back(deviations(workers));
  families.push_back(drops(workers));
  return families;
}

uint64_t sum_refused(Workers workers, uint32_t limit) {
  return sum(workers,
             [limit](const Counters& c) { return c.proxy.refused_by_limit[limit].read(); });
}

Family refused_by_limit(Workers workers, std::span<const NamedId> limits,
                        std::span<const uint64_t> left) {
  Family family{"rate_limited",
                "Requests and connections beyond a rate limit, refused",
                Kind::Counter,
                "limit",
                {}};
  for (const NamedId& limit : limits) {
    family.samples.push_back({limit.name, sum_refused(workers, limit.id) - left[limit.id]});
  }
  return family;
}

template <>
std::span<const SeriesOf<BackendSums>> series_of<BackendSums>() {
  return kBackendSeries;
}
template <>
std::span<const SeriesOf<PoolSums>> series_of<PoolSums>() {
  return kPoolSeries;
}
template <>
std::span<const SeriesOf<ListenerSums>> series_of<ListenerSums>() {
  return kListenerSeries;
}

template <>
const upstream::BackendCounters& counted_by<BackendSums>(const Counters& worker, uint32_t id) {
  return worker.backends[id];
}
template <>
const upstream::PoolCounters& counted_by<PoolSums>(const Counters& worker, uint32_t id) {
  return worker.pools[id];
}
template <>
const proxy::ListenerCounters& counted_by<ListenerSums>(const Counters& worker, uint32_t id) {
  return worker.listeners[id];
}

uint64_t count_for(const upstream::BackendCounters& counted, http::ReplyReason reason) {
  return counted.failures.read(reason);
}

uint64_t count_for(const proxy::ListenerCounters& counted, http::ReplyReason reason) {
  return counted.replies_by_reason[static_cast<size_t>(reason)].read();
}

std::vector<Sample> samples_of(const ReasonSums& by_reason) {
  std::vector<Sample> samples;
  for (size_t i = 0; i < by_reason.size(); ++i) {
    if (by_reason[i] == 0) continue;
    samples.push_back({std::string(http::kReplyReasons[i].text), by_reason[i]});
  }
  return samples;
}

}  // namespace penstock::stats
