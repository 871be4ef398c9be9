// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/scenario.h"

#include <algorithm>
#include <array>

#include "dataplane/base/random.h"

namespace penstock::testing {

namespace {

using base::Duration;

// What all bodies of a world may come to: a world is to take a fraction of a second.
constexpr uint32_t kBodyBytesMax = 2'000'000;
constexpr Duration kAnswerReadMax = Duration::from_s(8);
constexpr uint32_t kFirstOfCrowd = 500'000;  // ids of exchanges of their own

class Draw {
 public:
  explicit Draw(uint64_t seed) : random_(seed) {}

  uint32_t up_to(uint32_t most) { return static_cast<uint32_t>(random_.below(uint64_t{most} + 1)); }
  uint32_t between(uint32_t least, uint32_t most) { return least + up_to(most - least); }
  // So many times in a hundred.
  bool chance(uint32_t percent) { return random_.below(100) < percent; }
  Duration us(uint32_t least, uint32_t most) { return Duration::from_us(between(least, most)); }
  Duration ms(uint32_t least, uint32_t most) { return Duration::from_ms(between(least, most)); }
  // Small numbers are as likely as large ones: each power of two gets its share.
  uint32_t size_up_to(uint32_t most) {
    uint32_t bits = 0;
    while (bits < 31 && (1u << bits) <= most) ++bits;
    return std::min(most, up_to((1u << between(0, bits)) - 1));
  }

 private:
  base::Random random_;
};

LinkPlan draw_link(Draw& draw, uint32_t delay_us_max) {
  LinkPlan link;
  link.delay = Duration::from_us(5 + draw.size_up_to(delay_us_max));
  if (draw.chance(30)) link.jitter = Duration::from_us(draw.size_up_to(5000));
  if (draw.chance(50)) link.loss = draw.size_up_to(500);
  if (draw.chance(40)) link.duplication = draw.size_up_to(500);
  if (draw.chance(40)) {
    link.reordering = draw.size_up_to(1500);
    link.reordering_delay = Duration::from_us(draw.between(50, 20'000));
  }
  if (draw.chance(20)) link.corruption = draw.size_up_to(200);
  if (draw.chance(40)) {
    link.bits_per_second = 1'000'000ull << draw.between(1, 10);
    link.queue_bytes = draw.between(16'000, 256'000);
  }
  return link;
}

StationPlan draw_station(Draw& draw, const LinkPlan& link) {
  StationPlan station{.link = link};
  if (draw.chance(40)) station.family = StationPlan::Family::V6;
  if (draw.chance(20)) station.sack = false;
  if (draw.chance(20)) station.timestamps = false;
  if (draw.chance(15)) station.mss = static_cast<uint16_t>(draw.between(536, 1440));
  return station;
}

ExchangePlan draw_exchange(Draw& draw, uint32_t id, uint32_t bytes_left) {
  ExchangePlan exchange{.id = id};
  const uint32_t most = draw.chance(10) ? 400'000 : 30'000;
  exchange.answer_bytes = draw.size_up_to(std::min(most, bytes_left / 2));
  if (draw.chance(30)) {
    exchange.request_body =
        draw.chance(50) ? ExchangePlan::RequestBody::Length : ExchangePlan::RequestBody::Chunked;
    exchange.request_bytes = draw.size_up_to(std::min(most, bytes_left / 2));
  }
  const uint32_t kind = draw.up_to(9);
  if (kind < 3) exchange.answer = ExchangePlan::Answer::Chunked;
  if (kind == 3) exchange.answer = ExchangePlan::Answer::UntilClose;
  const bool has_body = exchange.request_body != ExchangePlan::RequestBody::None;
  if (kind == 4 && !has_body) exchange.answer = ExchangePlan::Answer::ByRule;
  if (draw.chance(15)) {
    exchange.parts = draw.between(2, 12);
    exchange.pause = draw.ms(1, 300);
  }
  return exchange;
}

Pacing draw_pacing(Draw& draw) {
  // No slower than a client may be: some bytes in every couple of hundred milliseconds.
  return {.bytes = draw.between(200, 8000), .pause = draw.ms(1, 100)};
}

ConversationPlan draw_conversation(Draw& draw, uint32_t client, uint32_t busy_ms) {
  ConversationPlan plan{.client = client, .start = draw.ms(0, busy_ms)};
  if (draw.chance(25)) plan.order = ConversationPlan::Order::Pipelined;
  const uint32_t ending = draw.up_to(9);
  if (ending < 2) plan.ending = ConversationPlan::Ending::HalfClose;
  if (ending == 2) {
    plan.ending = ConversationPlan::Ending::Reset;
    plan.reset_after = draw.size_up_to(60'000);
  }
  if (ending == 3) plan.ending = ConversationPlan::Ending::Idle;
  if (draw.chance(20)) plan.think = draw.ms(1, 3000);
  if (draw.chance(15)) plan.reading = draw_pacing(draw);
  if (draw.chance(15)) plan.writing = draw_pacing(draw);
  return plan;
}

// However slowly a client reads, it is done with any answer long before it would be taken for idle.
void hurry(Pacing& reading, const std::vector<ExchangePlan>& exchanges) {
  if (reading.bytes == 0) return;
  uint32_t most = 0;
  for (const ExchangePlan& exchange : exchanges) most = std::max(most, exchange.answer_bytes);
  const auto times = static_cast<uint32_t>(kAnswerReadMax.ns() / reading.pause.ns());
  reading.bytes = std::max(reading.bytes, most / times);
}

void draw_conversations(Draw& draw, Scenario& scenario, uint32_t busy_ms) {
  const uint32_t count = draw.between(1, 24);
  uint32_t bytes = 0;
  uint32_t id = 1;
  for (uint32_t i = 0; i < count; ++i) {
    const auto clients = static_cast<uint32_t>(scenario.clients.size());
    ConversationPlan plan = draw_conversation(draw, draw.up_to(clients - 1), busy_ms);
    const bool says_nothing = plan.ending == ConversationPlan::Ending::Idle && draw.chance(30);
    const uint32_t few = says_nothing ? 0 : draw.between(1, 4);
    const uint32_t exchanges = says_nothing || draw.chance(70) ? few : draw.between(5, 16);
    for (uint32_t k = 0; k < exchanges; ++k) {
      plan.exchanges.push_back(draw_exchange(draw, id++, kBodyBytesMax - bytes));
      bytes += plan.exchanges.back().answer_bytes + plan.exchanges.back().request_bytes;
    }
    hurry(plan.reading, plan.exchanges);
    // A backend that dies in an answer ends the client's connection.
    const bool may_die = !plan.exchanges.empty() && draw.chance(8);
    if (may_die) plan.exchanges.back().answer = ExchangePlan::Answer::DieHalfway;
    scenario.conversations.push_back(std::move(plan));
  }
}

struct FaultRange {
  FaultPlan::Kind kind;
  uint32_t ms_max;  // how long it lasts
  uint32_t amount_max;
  // Who notices: a world with it is Tolerant.
  Scenario::Judgement judgement;
};

// Short cuts and stalls only cost time: TCP bridges them, and they are too short for ARP to give
// up.
constexpr std::array kFaultRanges = {
    FaultRange{FaultPlan::Kind::ArpSilence, 20'000, 0, Scenario::Judgement::Tolerant},
    FaultRange{FaultPlan::Kind::LinkDown, 900, 0, Scenario::Judgement::Strict},
    FaultRange{FaultPlan::Kind::MtuHole, 60'000, 1400, Scenario::Judgement::Strict},
    FaultRange{FaultPlan::Kind::PoolHoard, 3000, 200, Scenario::Judgement::Tolerant},
    FaultRange{FaultPlan::Kind::PortBehind, 300, 0, Scenario::Judgement::Strict},
    FaultRange{FaultPlan::Kind::WorkerStall, 700, 0, Scenario::Judgement::Strict},
    FaultRange{FaultPlan::Kind::BackendCrash, 3000, 0, Scenario::Judgement::Tolerant},
    FaultRange{FaultPlan::Kind::BackendPowerLoss, 5000, 0, Scenario::Judgement::Tolerant},
    FaultRange{FaultPlan::Kind::MembershipChurn, 3000, 30, Scenario::Judgement::Strict},
    FaultRange{FaultPlan::Kind::SnapshotStorm, 1, 60, Scenario::Judgement::Strict},
    FaultRange{FaultPlan::Kind::Drain, 1, 0, Scenario::Judgement::Tolerant},
};

void draw_faults(Draw& draw, Scenario& scenario, uint32_t busy_ms) {
  const uint32_t count = draw.chance(35) ? 0 : draw.between(1, 4);
  for (uint32_t i = 0; i < count; ++i) {
    // The last one, Drain, ends the world's work: it comes less often.
    const uint32_t last = draw.chance(20) ? kFaultRanges.size() - 1 : kFaultRanges.size() - 2;
    const FaultRange& range = kFaultRanges[draw.up_to(last)];
    FaultPlan fault{.kind = range.kind, .start = draw.ms(0, busy_ms)};
    fault.length = draw.ms(1, range.ms_max);
    fault.target = draw.up_to(scenario.stations() - 1);
    fault.amount = draw.up_to(range.amount_max);
    // No narrower than IPv6 allows, whatever the family.
    if (fault.kind == FaultPlan::Kind::MtuHole) fault.amount = draw.between(1280, 1450);
    if (range.judgement == Scenario::Judgement::Tolerant) scenario.judgement = range.judgement;
    scenario.faults.push_back(fault);
  }
}

void draw_workers(Draw& draw, Scenario& scenario) {
  if (draw.chance(30)) return;
  scenario.workers = draw.between(2, 4);
  scenario.worker_pool = {.buffers = 2047, .references = 2047};
  scenario.wire = static_cast<Scenario::Wire>(draw.up_to(4));
  if (draw.chance(50)) scenario.sleep = draw.us(1, 1000);
}

void draw_networks(Draw& draw, Scenario& scenario) {
  for (auto* stations : {&scenario.clients, &scenario.backends}) {
    const uint32_t vlans = draw.chance(40) ? draw.between(1, 3) : 0;
    // Perhaps nobody is left in the untagged network.
    const uint32_t first = vlans > 0 && draw.chance(50) ? 1 : 0;
    for (StationPlan& each : *stations) each.network = draw.between(first, vlans);
  }
  if (draw.chance(20)) scenario.source_addresses = draw.between(2, 3);
}

// Many clients at once, so that there are not enough ports.
void draw_scarce_ports(Draw& draw, Scenario& scenario, uint32_t busy_ms) {
  if (!draw.chance(10)) return;
  scenario.source_ports = draw.between(1, 4);
  const Duration start = draw.ms(0, busy_ms);
  const auto clients = static_cast<uint32_t>(scenario.clients.size());
  const uint32_t crowd = draw.between(8, 48);
  for (uint32_t i = 0; i < crowd; ++i) {
    ExchangePlan exchange = draw_exchange(draw, kFirstOfCrowd + i, 10'000);
    scenario.conversations.push_back(
        {.client = draw.up_to(clients - 1), .start = start, .exchanges = {exchange}});
  }
}

}  // namespace

Scenario draw_scenario(uint64_t seed) {
  Draw draw(seed);
  Scenario scenario = calm_scenario(0, 0);
  scenario.seed = seed;
  const bool is_calm = draw.chance(10);
  const uint32_t clients = draw.between(1, 8);
  const uint32_t backends = draw.between(1, 8);
  for (uint32_t i = 0; i < clients; ++i) {
    scenario.clients.push_back(draw_station(draw, is_calm ? LinkPlan{} : draw_link(draw, 100'000)));
  }
  for (uint32_t i = 0; i < backends; ++i) {
    scenario.backends.push_back(draw_station(draw, is_calm ? LinkPlan{} : draw_link(draw, 5000)));
  }
  if (draw.chance(30)) scenario.receive_window_bytes = draw.between(8, 64) * 1024;
  if (draw.chance(30)) scenario.send_buffer_bytes = draw.between(8, 64) * 1024;
  if (draw.chance(20)) scenario.congestion = tcp::CongestionAlgorithm::NewReno;
  if (draw.chance(15)) {
    // A client whose ACK is lost and who has nothing to say is never known.
    scenario.syn_cookies = tcp::SynCookies::Always;
    scenario.judgement = Scenario::Judgement::Tolerant;
  }
  if (draw.chance(50)) scenario.turn_time = draw.us(1, 300);
  // Conversations and faults begin within: some worlds are crowded, some are idle in between.
  const uint32_t busy_ms = draw.chance(50) ? 300 : 5000;
  draw_conversations(draw, scenario, busy_ms);
  draw_faults(draw, scenario, busy_ms);
  draw_workers(draw, scenario);
  draw_networks(draw, scenario);
  draw_scarce_ports(draw, scenario, busy_ms);
  return scenario;
}

Scenario calm_scenario(uint32_t clients, uint32_t backends) {
  Scenario scenario;
  scenario.clients.resize(clients);
  scenario.backends.resize(backends);
  scenario.receive_window_bytes = base::kReceiveWindowBytes;
  scenario.send_buffer_bytes = base::kSendBufferBytes;
  scenario.turn_time = Duration::from_us(1);
  return scenario;
}

}  // namespace penstock::testing
