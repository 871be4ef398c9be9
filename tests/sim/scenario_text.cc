// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "tests/sim/exchange_text.h"
#include "tests/sim/scenario.h"

namespace penstock::testing {

namespace {

void print(std::ostringstream& text, const LinkPlan& link) {
  text << "delay " << link.delay.us() << " us";
  if (link.jitter.ns() != 0) text << ", jitter " << link.jitter.us() << " us";
  if (link.loss != 0) text << ", loss " << link.loss;
  if (link.duplication != 0) text << ", duplication " << link.duplication;
  if (link.reordering != 0) {
    text << ", reordering " << link.reordering << " by " << link.reordering_delay.us() << " us";
  }
  if (link.corruption != 0) text << ", corruption " << link.corruption;
  if (link.bits_per_second != 0) {
    text << ", " << link.bits_per_second / 1000 << " kbit/s, queue " << link.queue_bytes;
  }
  text << '\n';
}

void print(std::ostringstream& text, const StationPlan& station) {
  text << (station.family == StationPlan::Family::V6 ? "IPv6, " : "")
       << (station.network == 0 ? "" : "VLAN " + std::to_string(station.network) + ", ")
       << (station.sack ? "" : "no SACK, ") << (station.timestamps ? "" : "no time stamps, ")
       << "MSS " << station.mss << ", ";
  print(text, station.link);
}

void print(std::ostringstream& text, const Pacing& pacing, std::string_view what) {
  if (pacing.bytes == 0) return;
  text << ", " << what << ' ' << pacing.bytes << " bytes a " << pacing.pause.ms() << " ms";
}

void print(std::ostringstream& text, const ConversationPlan& plan) {
  constexpr std::string_view kEndings[] = {"", ", half-close", ", reset", ", idle"};
  text << "at " << plan.start.ms() << " ms client " << plan.client
       << (plan.order == ConversationPlan::Order::Pipelined ? " pipelined" : "")
       << kEndings[static_cast<size_t>(plan.ending)];
  if (plan.ending == ConversationPlan::Ending::Reset) text << " after " << plan.reset_after;
  if (plan.think.ns() != 0) text << ", thinks " << plan.think.ms() << " ms";
  print(text, plan.reading, "reads");
  print(text, plan.writing, "writes");
  text << ":\n";
  for (const ExchangePlan& exchange : plan.exchanges) {
    constexpr std::string_view kBodies[] = {"GET", "POST", "POST in chunks"};
    text << "  " << kBodies[static_cast<size_t>(exchange.request_body)] << ' '
         << target_of(exchange) << '\n';
  }
}

void print(std::ostringstream& text, const FaultPlan& fault) {
  text << "at " << fault.start.ms() << " ms " << to_text(fault.kind) << " for " << fault.length.ms()
       << " ms, target " << fault.target << ", amount " << fault.amount << '\n';
}

std::string workers_text(const Scenario& scenario) {
  if (scenario.workers == 1) return "1 worker";
  constexpr std::string_view kWires[] = {"a NIC", "a NIC for IPv4 only", "a NIC that lies",
                                         "rules of a NIC", "an unknown hash"};
  std::ostringstream text;
  text << scenario.workers << " workers behind " << kWires[static_cast<size_t>(scenario.wire)]
       << ", sleep " << scenario.sleep.us() << " us";
  return text.str();
}

}  // namespace

std::string_view to_text(FaultPlan::Kind kind) {
  constexpr std::string_view kNames[] = {
      "arp_silence",      "link_down",      "mtu_hole",      "pool_hoard",
      "port_behind",      "worker_stall",   "backend_crash", "backend_power_loss",
      "membership_churn", "snapshot_storm", "drain"};
  return kNames[static_cast<size_t>(kind)];
}

std::string describe(const Scenario& scenario) {
  std::ostringstream text;
  text << "seed " << scenario.seed << ": "
       << (scenario.judgement == Scenario::Judgement::Strict ? "strict" : "tolerant") << ", "
       << workers_text(scenario) << ", "
       << (scenario.congestion == tcp::CongestionAlgorithm::Cubic ? "CUBIC" : "NewReno")
       << (scenario.syn_cookies == tcp::SynCookies::Always ? ", SYN cookies" : "") << ", window "
       << scenario.receive_window_bytes << ", send buffer " << scenario.send_buffer_bytes
       << ", turn " << scenario.turn_time.us() << " us";
  if (scenario.source_ports != 0) text << ", few source ports: " << scenario.source_ports;
  if (scenario.source_addresses > 1) text << ", source addresses: " << scenario.source_addresses;
  text << '\n';
  for (const StationPlan& station : scenario.clients) {
    text << "client: ";
    print(text, station);
  }
  for (const StationPlan& station : scenario.backends) {
    text << "backend: ";
    print(text, station);
  }
  for (const ConversationPlan& plan : scenario.conversations) print(text, plan);
  for (const FaultPlan& fault : scenario.faults) print(text, fault);
  return text.str();
}

}  // namespace penstock::testing
