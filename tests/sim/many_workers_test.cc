// SPDX-License-Identifier: Apache-2.0
//
// Several workers whole: every flow finds its worker, whatever the wire does with frames.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/sim/many_workers_world.h"

namespace penstock::testing {
namespace {

using base::Duration;
using worker::Counters;

constexpr Duration kBound = Duration::from_s(300);

using Answer = ExchangePlan::Answer;

// Every second response closes its connection to the backend, so that new ones are opened too.
std::vector<ExchangePlan> exchanges_of(uint32_t conversation) {
  return {{.id = 2 * conversation, .answer = Answer::Length, .answer_bytes = 100 + conversation},
          {.id = 2 * conversation + 1,
           .answer = Answer::UntilClose,
           .answer_bytes = 3000 + conversation}};
}

uint64_t wrong_core(const Counters& counters) {
  return counters.switchboard.wrong_core_arrivals.read();
}
uint64_t handed_over(const Counters& counters) {
  return counters.switchboard.frames_handed_over.read();
}
uint64_t taken_over(const Counters& counters) {
  return counters.switchboard.frames_taken_over.read();
}
uint64_t resets(const Counters& counters) { return counters.tcp->resets_out.read(); }

void expect_all_answered(ManyWorkersWorld& world, uint32_t conversations) {
  for (uint32_t i = 0; i < conversations; ++i) world.converse(exchanges_of(i));
  EXPECT_TRUE(world.run_until([&] { return world.client().is_done(); }, kBound));
  std::string complaints;
  for (const std::string& each : world.client().complaints()) complaints += each + "\n";
  EXPECT_EQ(complaints, "");
}

void expect_clean_end(ManyWorkersWorld& world) {
  world.drain();
  EXPECT_TRUE(world.run_until([&] { return world.have_all_ended(); }, kBound));
  EXPECT_TRUE(world.run_until([&] { return world.origin().connections_open() == 0; }, kBound));
  EXPECT_EQ(world.sum([](const Counters& c) { return c.proxy.exchanges_open.read(); }), 0u);
  EXPECT_EQ(world.sum(handed_over), world.sum(taken_over));
  EXPECT_EQ(world.buffers_in_use(), 0u);
}

void expect_everybody_served(ManyWorkersWorld& world, uint32_t workers) {
  for (uint32_t i = 0; i < workers; ++i) {
    EXPECT_GT(world.counters(i).proxy.requests.read(), 0u) << i;
  }
}

TEST(ManyWorkers, ServeOnANicWithoutASegmentAtTheWrongOne) {
  for (const uint32_t workers : {1u, 2u, 4u}) {
    ManyWorkersWorld world({.workers = workers, .wire = Wire::Nic});
    expect_all_answered(world, 64);
    expect_everybody_served(world, workers);
    EXPECT_EQ(world.sum(wrong_core), 0u);
    EXPECT_EQ(world.sum(resets), 0u);
    expect_clean_end(world);
  }
}

TEST(ManyWorkers, HandFramesOverWhereTheWireSpreadsThemInAWayOfItsOwn) {
  for (const uint32_t workers : {2u, 3u, 4u}) {
    ManyWorkersWorld world({.workers = workers, .wire = Wire::UnknownHash});
    expect_all_answered(world, 64);
    expect_everybody_served(world, workers);
    EXPECT_GT(world.sum(handed_over), 0u);
    EXPECT_EQ(world.sum(wrong_core), 0u);
    EXPECT_EQ(world.sum(resets), 0u);
    expect_clean_end(world);
  }
}

TEST(ManyWorkers, CountANicThatLiesAboutItsKeyAndServeAllTheSame) {
  ManyWorkersWorld world({.workers = 2, .wire = Wire::LyingNic});
  expect_all_answered(world, 64);
  expect_everybody_served(world, 2);
  EXPECT_GT(world.sum(wrong_core), 0u);
  EXPECT_EQ(world.sum(resets), 0u);
  expect_clean_end(world);
}

TEST(ManyWorkers, HearOfNeighborsFromTheWorkerThatIsAnswered) {
  // Every answer to ARP comes to worker 0; that the others serve shows that they heard it.
  ManyWorkersWorld world({.workers = 4, .wire = Wire::Nic});
  expect_all_answered(world, 64);
  expect_everybody_served(world, 4);
  for (uint32_t i = 1; i < 4; ++i) {
    EXPECT_GT(world.counters(i).switchboard.frames_taken_over.read(), 0u) << i;
  }
  expect_clean_end(world);
}

TEST(ManyWorkers, SurviveRoughWires) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Wire wire = std::array{Wire::Nic, Wire::LyingNic, Wire::UnknownHash}[seed % 3];
    ManyWorkersWorld world({.workers = 1 + static_cast<uint32_t>(seed % 4),
                            .wire = seed % 4 == 0 ? Wire::Nic : wire,
                            .seed = seed,
                            .faults = {.loss = 20, .duplication = 20, .reordering = 50}});
    expect_all_answered(world, 24);
    expect_clean_end(world);
  }
}

// A worker to which hardly any reply can come has hardly any source port.
TEST(ManyWorkers, AnswerWithAReasonWhenSourcePortsAreExhausted) {
  ManyWorkersWorld world({.workers = 2, .source_ports = ManyWorkersSettings::SourcePorts::Scarce});
  for (uint32_t i = 0; i < 64; ++i) world.converse({{.id = i, .answer_bytes = 10}});
  EXPECT_TRUE(world.run_until([&] { return world.client().is_done(); }, Duration::from_s(20)));
  EXPECT_EQ(world.client().answers(), 64u);
  EXPECT_FALSE(world.client().complaints().empty());
  for (const std::string& each : world.client().complaints()) {
    EXPECT_TRUE(each.ends_with("status 503 source_ports_exhausted")) << each;
  }
  EXPECT_GT(world.counters(1).tcp->source_ports_exhausted.read(), 0u);
  EXPECT_EQ(world.counters(0).tcp->source_ports_exhausted.read(), 0u);
  expect_clean_end(world);
}

}  // namespace
}  // namespace penstock::testing
