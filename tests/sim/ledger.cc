// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/ledger.h"

namespace penstock::testing {

namespace {

using wire::DropReason;

class Findings {
 public:
  void equal(std::string_view what, uint64_t value, uint64_t wanted) {
    if (value != wanted) add(what, value, " is not ", wanted);
  }
  void at_most(std::string_view what, uint64_t value, uint64_t most) {
    if (value > most) add(what, value, " is more than ", most);
  }
  std::vector<std::string> take() { return std::move(all_); }

 private:
  void add(std::string_view what, uint64_t value, std::string_view relation, uint64_t other) {
    all_.push_back("ledger: " + std::string(what) + ": " + std::to_string(value) +
                   std::string(relation) + std::to_string(other));
  }
  std::vector<std::string> all_;
};

// Drops of what came in below TCP: the reasons before the first one of the way out.
uint64_t drops_on_the_way_in(const worker::Counters& counters) {
  uint64_t sum = 0;
  for (const nic::PortQueueCounters* port : counters.ports) {
    if (port == nullptr) continue;
    for (size_t i = 0; i < static_cast<size_t>(DropReason::NoRoute); ++i) {
      sum += port->drops.read(static_cast<DropReason>(i));
    }
  }
  return sum;
}

uint64_t responses_of(const proxy::ProxyCounters& proxy) {
  uint64_t sum = 0;
  for (const base::Counter& counter : proxy.responses_by_class) sum += counter.read();
  return sum;
}

}  // namespace

std::vector<std::string> Ledger::problems() const {
  Findings findings;
  const tcp::StackCounters& tcp = *counters.tcp;
  const proxy::ProxyCounters& proxy = counters.proxy;
  findings.equal("frames sent", counters.packets_sent(), wire.sent);
  findings.equal("frames received", counters.packets_received() + waiting + missed, wire.arrived);
  const uint64_t in_and_named = tcp.segments_in.read() + drops_on_the_way_in(counters);
  findings.at_most("segments and drops", in_and_named, counters.packets_received());
  findings.at_most("frames without a trace", counters.packets_received() - in_and_named,
                   wire.arrived_other_than_tcp);
  findings.at_most("drops of TCP", counters.tcp_drops->total(), tcp.segments_in.read());
  findings.at_most("connections open", tcp.connections_open.read(), connections_max);
  findings.at_most("half-open", tcp.half_open.read(), half_open_max);
  findings.at_most("TIME-WAIT", tcp.time_wait.read(), time_wait_max);
  findings.at_most("established and half-open", tcp.established.read() + tcp.half_open.read(),
                   tcp.connections_open.read());
  findings.at_most("downstream open", proxy.downstream_open.read(),
                   proxy.downstream_accepted.read());
  findings.at_most("exchanges open", proxy.exchanges_open.read(), proxy.downstream_open.read());
  findings.at_most("responses", responses_of(proxy), proxy.requests.read());
  return findings.take();
}

std::vector<std::string> Ledger::problems_at_rest() const {
  Findings findings;
  const tcp::StackCounters& tcp = *counters.tcp;
  const proxy::ProxyCounters& proxy = counters.proxy;
  findings.equal("connections open", tcp.connections_open.read(), 0);
  findings.equal("half-open", tcp.half_open.read(), 0);
  findings.equal("established", tcp.established.read(), 0);
  findings.equal("downstream open", proxy.downstream_open.read(), 0);
  findings.equal("exchanges open", proxy.exchanges_open.read(), 0);
  findings.equal("responses", responses_of(proxy), proxy.requests.read());
  uint64_t connects = 0;
  for (uint32_t i = 0; i < base::kBackendsMax; ++i) {
    const upstream::BackendCounters& backend = counters.backends[i];
    findings.equal("connections of a backend", backend.connections_open.read(), 0);
    findings.equal("idle connections of a backend", backend.connections_idle.read(), 0);
    findings.equal("exchanges of a backend", backend.exchanges_open.read(), 0);
    connects += backend.connects.read();
  }
  findings.at_most("connects", connects, tcp.opened_active.read() + tcp.open_failed.read());
  return findings.take();
}

}  // namespace penstock::testing
