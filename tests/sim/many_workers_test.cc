// SPDX-License-Identifier: Apache-2.0
//
// Several workers whole: every flow finds its worker, whatever the wire does with frames.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "tests/sim/sim_world.h"

namespace penstock::testing {
namespace {

using base::Duration;
using worker::Counters;

constexpr Duration kEndsWithin = Duration::from_s(300);

using Answer = ExchangePlan::Answer;
using Wire = Scenario::Wire;

class ManyWorkersWorld {
 public:
  explicit ManyWorkersWorld(const Scenario& scenario) : world(scenario) {}

  // Every second response closes its connection to the backend, so that new ones are opened too.
  void expect_all_answered(uint32_t conversations) {
    for (uint32_t i = 0; i < conversations; ++i) {
      world.converse(
          {.exchanges = {
               {.id = 2 * i, .answer = Answer::Length, .answer_bytes = 100 + i},
               {.id = 2 * i + 1, .answer = Answer::UntilClose, .answer_bytes = 3000 + i}}});
    }
    EXPECT_TRUE(world.run_until([&] { return world.is_done(); }, kEndsWithin));
    std::string text;
    for (const std::string& each : world.complaints()) text += each + "\n";
    for (const std::string& each : world.ledger().problems()) text += each + "\n";
    EXPECT_EQ(text, "");
  }
  void expect_clean_end() {
    world.drain();
    EXPECT_TRUE(world.run_until([&] { return world.workers().have_ended(); }, kEndsWithin));
    EXPECT_TRUE(
        world.run_until([&] { return world.backend_connections_open() == 0; }, kEndsWithin));
    EXPECT_EQ(sum([](const Counters& c) { return c.proxy.exchanges_open.read(); }), 0u);
    EXPECT_EQ(handed_over(),
              sum([](const Counters& c) { return c.switchboard.frames_taken_over.read(); }));
    for (uint32_t i = 0; i < world.workers().count(); ++i) {
      const nic::PacketPool& pool = world.workers().pool(i);
      EXPECT_EQ(pool.buffers_in_use() + pool.references_in_use(), 0u) << i;
    }
  }
  void expect_everybody_served() {
    for (uint32_t i = 0; i < world.workers().count(); ++i) {
      EXPECT_GT(counters(i).proxy.requests.read(), 0u) << i;
    }
  }

  const Counters& counters(uint32_t worker) { return world.workers().channel(worker).counters; }
  // Of all workers together.
  uint64_t sum(const std::function<uint64_t(const Counters&)>& read) {
    uint64_t total = 0;
    for (uint32_t i = 0; i < world.workers().count(); ++i) total += read(counters(i));
    return total;
  }
  uint64_t wrong_core() {
    return sum([](const Counters& c) { return c.switchboard.wrong_core_arrivals.read(); });
  }
  uint64_t handed_over() {
    return sum([](const Counters& c) { return c.switchboard.frames_handed_over.read(); });
  }
  uint64_t resets() {
    return sum([](const Counters& c) { return c.tcp->resets_out.read(); });
  }
  uint64_t ports_exhausted() {
    return sum([](const Counters& c) { return c.tcp->source_ports_exhausted.read(); });
  }

  SimWorld world;
};

Scenario scenario_with(uint32_t workers, Wire wire) {
  Scenario scenario = calm_scenario(1, 1);
  scenario.workers = workers;
  scenario.wire = wire;
  scenario.sleep = Duration::from_ms(1);
  scenario.worker_pool = {.buffers = 8191, .references = 8191};
  return scenario;
}

TEST(ManyWorkers, ServeOnANicWithoutASegmentAtTheWrongOne) {
  for (const uint32_t workers : {1u, 2u, 4u}) {
    for (const Wire wire : {Wire::Nic, Wire::NicForV4, Wire::Rules}) {
      ManyWorkersWorld many(scenario_with(workers, wire));
      many.expect_all_answered(64);
      many.expect_everybody_served();
      EXPECT_EQ(many.wrong_core(), 0u);
      EXPECT_EQ(many.resets(), 0u);
      many.expect_clean_end();
    }
  }
}

TEST(ManyWorkers, HandFramesOverWhereTheWireSpreadsThemInAWayOfItsOwn) {
  for (const uint32_t workers : {2u, 3u, 4u}) {
    ManyWorkersWorld many(scenario_with(workers, Wire::UnknownHash));
    many.expect_all_answered(64);
    many.expect_everybody_served();
    EXPECT_GT(many.handed_over(), 0u);
    EXPECT_EQ(many.wrong_core(), 0u);
    EXPECT_EQ(many.resets(), 0u);
    many.expect_clean_end();
  }
}

TEST(ManyWorkers, HandFramesOfAFamilyOverThatTheNicDoesNotKnow) {
  Scenario scenario = scenario_with(2, Wire::NicForV4);
  scenario.clients[0].family = StationPlan::Family::V6;
  ManyWorkersWorld many(scenario);
  many.expect_all_answered(64);
  many.expect_everybody_served();
  EXPECT_GT(many.handed_over(), 0u);
  EXPECT_EQ(many.wrong_core(), 0u);
  many.expect_clean_end();
}

TEST(ManyWorkers, CountANicThatLiesAboutItsKeyAndServeAllTheSame) {
  ManyWorkersWorld many(scenario_with(2, Wire::LyingNic));
  many.expect_all_answered(64);
  many.expect_everybody_served();
  EXPECT_GT(many.wrong_core(), 0u);
  EXPECT_EQ(many.resets(), 0u);
  many.expect_clean_end();
}

TEST(ManyWorkers, HearOfNeighborsFromTheWorkerThatIsAnswered) {
  // Every answer to ARP comes to worker 0; that the others serve shows that they heard it.
  ManyWorkersWorld many(scenario_with(4, Wire::Nic));
  many.expect_all_answered(64);
  many.expect_everybody_served();
  for (uint32_t i = 1; i < 4; ++i) {
    EXPECT_GT(many.counters(i).switchboard.frames_taken_over.read(), 0u) << i;
  }
  many.expect_clean_end();
}

TEST(ManyWorkers, SurviveRoughWires) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Scenario scenario = scenario_with(1 + static_cast<uint32_t>(seed % 4), Wire(seed % 5));
    scenario.seed = seed;
    for (StationPlan* each : {&scenario.clients[0], &scenario.backends[0]}) {
      each->link.loss = 200;
      each->link.duplication = 200;
      each->link.reordering = 500;
      each->link.reordering_delay = Duration::from_ms(5);
    }
    ManyWorkersWorld many(scenario);
    many.expect_all_answered(24);
    many.expect_clean_end();
  }
}

// Workers to which hardly any reply can come have hardly any source port.
TEST(ManyWorkers, AnswerWithAReasonWhenSourcePortsAreExhausted) {
  for (const uint32_t workers : {1u, 2u}) {
    Scenario scenario = scenario_with(workers, Wire::Nic);
    scenario.source_ports = 1;
    ManyWorkersWorld many(scenario);
    for (uint32_t i = 0; i < 64; ++i) {
      many.world.converse({.exchanges = {{.id = i, .answer_bytes = 10}}});
    }
    EXPECT_TRUE(many.world.run_until([&] { return many.world.is_done(); }, Duration::from_s(20)));
    const SimClient& client = many.world.client();
    EXPECT_EQ(client.answers(), 64u);
    EXPECT_GT(client.successes(), 0u);
    EXPECT_GT(client.refusals(), 0u);
    EXPECT_EQ(client.refusals(), many.ports_exhausted()) << "one backend, which is tried once";
    EXPECT_EQ(client.successes() + client.refusals(), 64u);
    many.expect_clean_end();
  }
}

TEST(ManyWorkers, HaveMoreSourcePortsWithMoreAddresses) {
  const auto refusals = [](uint32_t addresses) {
    Scenario scenario = scenario_with(2, Wire::Nic);
    scenario.source_ports = 1;
    scenario.source_addresses = addresses;
    ManyWorkersWorld many(scenario);
    for (uint32_t i = 0; i < 64; ++i) {
      many.world.converse({.exchanges = {{.id = i, .answer_bytes = 10}}});
    }
    EXPECT_TRUE(many.world.run_until([&] { return many.world.is_done(); }, kEndsWithin));
    return many.world.client().refusals();
  };
  EXPECT_LT(refusals(3), refusals(1));
}

}  // namespace
}  // namespace penstock::testing
