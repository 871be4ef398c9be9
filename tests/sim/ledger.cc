// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/ledger.h"

#include <algorithm>
#include <utility>

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

// Reasons from one on, up to another.
uint64_t drops_between(const wire::DropCounters& drops, DropReason from, DropReason before) {
  uint64_t sum = 0;
  for (auto i = static_cast<size_t>(from); i < static_cast<size_t>(before); ++i) {
    sum += drops.read(static_cast<DropReason>(i));
  }
  return sum;
}

uint64_t responses_of(const proxy::ProxyCounters& proxy) {
  uint64_t sum = 0;
  for (const base::Counter& counter : proxy.responses_by_class) sum += counter.read();
  return sum;
}

// What all workers have counted together.
struct Sums {
  uint64_t sent = 0;
  uint64_t received = 0;
  uint64_t segments_in = 0;
  uint64_t drops_in = 0;     // below TCP, of what came from the wire
  uint64_t drops_mesh = 0;   // of what was to be handed over, or taken over
  uint64_t handed_over = 0;  // copies for all among them
  uint64_t taken_over = 0;
};

Sums sums_of(const std::vector<const worker::Counters*>& workers) {
  Sums sums;
  for (const worker::Counters* each : workers) {
    sums.sent += each->packets_sent();
    sums.received += each->packets_received();
    sums.segments_in += each->tcp->segments_in.read();
    sums.handed_over += each->switchboard.frames_handed_over.read();
    sums.taken_over += each->switchboard.frames_taken_over.read();
    sums.drops_mesh += each->drops(DropReason::MeshFull) + each->drops(DropReason::PoolEmpty);
    for (const nic::PortQueueCounters* port : each->ports) {
      if (port == nullptr) continue;
      sums.drops_in +=
          drops_between(port->drops, DropReason::EthernetTooShort, DropReason::NoRoute);
    }
  }
  return sums;
}

void find_in_sums(const Ledger& ledger, Findings& findings) {
  const Sums sums = sums_of(ledger.workers);
  const uint64_t others = ledger.workers.size() - 1;
  findings.equal("frames sent", sums.sent, ledger.wire.sent);
  findings.equal("frames received", sums.received + ledger.waiting + ledger.missed,
                 ledger.wire.arrived);
  findings.at_most("frames taken over", sums.taken_over, sums.handed_over);
  // News of neighbours is copied for the others, and judged by each of them.
  const uint64_t copies = others * ledger.wire.arrived_other_than_tcp;
  const uint64_t in_and_named = sums.segments_in + sums.drops_in;
  findings.at_most("segments and drops", in_and_named, sums.received + copies);
  const uint64_t in_mesh = sums.handed_over - sums.taken_over + sums.drops_mesh;
  const uint64_t without_trace = sums.received - std::min(sums.received, in_and_named);
  findings.at_most("frames without a trace", without_trace,
                   ledger.wire.arrived_other_than_tcp + (others == 0 ? 0 : in_mesh));
}

void find_in_worker(const Ledger& ledger, const worker::Counters& counters, Findings& findings) {
  const tcp::StackCounters& tcp = *counters.tcp;
  const proxy::ProxyCounters& proxy = counters.proxy;
  findings.at_most("drops of TCP", counters.tcp_drops->total(), tcp.segments_in.read());
  findings.at_most("connections open", tcp.connections_open.read(), ledger.connections_max);
  findings.at_most("half-open", tcp.half_open.read(), ledger.half_open_max);
  findings.at_most("TIME-WAIT", tcp.time_wait.read(), ledger.time_wait_max);
  findings.at_most("established and half-open", tcp.established.read() + tcp.half_open.read(),
                   tcp.connections_open.read());
  findings.at_most("downstream open", proxy.downstream_open.read(),
                   proxy.downstream_accepted.read());
  findings.at_most("exchanges open", proxy.exchanges_open.read(), proxy.downstream_open.read());
  findings.at_most("responses", responses_of(proxy), proxy.requests.read());
  if (ledger.is_wire_honest) {
    findings.equal("segments at the wrong worker", counters.switchboard.wrong_core_arrivals.read(),
                   0);
  }
}

void find_at_rest(const worker::Counters& counters, Findings& findings) {
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
}

}  // namespace

std::vector<std::string> Ledger::problems() const {
  Findings findings;
  find_in_sums(*this, findings);
  for (const worker::Counters* each : workers) find_in_worker(*this, *each, findings);
  return findings.take();
}

std::vector<std::string> Ledger::problems_at_rest() const {
  Findings findings;
  for (const worker::Counters* each : workers) find_at_rest(*each, findings);
  const Sums sums = sums_of(workers);
  findings.at_most("frames lost between workers", sums.handed_over - sums.taken_over,
                   sums.drops_mesh);
  return findings.take();
}

uint64_t drops_on_the_way_out(const wire::DropCounters& drops) {
  return drops_between(drops, DropReason::NoRoute, DropReason::MeshFull);
}

}  // namespace penstock::testing
