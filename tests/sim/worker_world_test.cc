// SPDX-License-Identifier: Apache-2.0
//
// The worker run whole. Each story is told in a calm world, and all of them at once in rough ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "control/model/membership.h"
#include "tests/sim/sim_world.h"

namespace penstock::testing {
namespace {

using base::Duration;

// Virtual time within which every conversation ends, however rough the world: a few time-outs of
// ten seconds are in it.
constexpr Duration kBound = Duration::from_s(300);

SimRequest get(const std::string& kind, size_t bytes) {
  return {.target = "/" + kind + "/" + std::to_string(bytes), .answer_bytes = bytes};
}

SimRequest post(size_t bytes, SimRequest::Body kind) {
  return {.method = "POST",
          .target = "/echo",
          .body_kind = kind,
          .body_bytes = bytes,
          .answer_bytes = bytes};
}

SimRequest die(size_t bytes) {
  SimRequest request = get("die", bytes);
  request.answer = SimRequest::Answer::MayBeCutShort;
  return request;
}

std::string complaints_of(SimWorld& world) {
  std::string all;
  for (const std::string& each : world.client().complaints()) all += each + "\n";
  return all;
}

// Everybody has said goodbye, nothing is open and no packet buffer is lost.
void expect_clean_end(SimWorld& world) {
  world.drain();
  EXPECT_TRUE(world.run_until([&] { return world.worker().has_ended(); }, kBound));
  EXPECT_TRUE(world.run_until([&] { return world.origin().connections_open() == 0; }, kBound));
  const worker::Counters& counters = world.channel().counters;
  EXPECT_EQ(counters.proxy.downstream_open.read(), 0u);
  EXPECT_EQ(counters.proxy.exchanges_open.read(), 0u);
  EXPECT_EQ(counters.backends[0].connections_open.read(), 0u);
  EXPECT_EQ(counters.backends[1].connections_open.read(), 0u);
  EXPECT_EQ(world.worker_pool().buffers_in_use(), 0u);
  EXPECT_EQ(world.worker_pool().references_in_use(), 0u);
}

// What the worker counted is what the peers saw.
void expect_counters_add_up(SimWorld& world) {
  const proxy::ProxyCounters& proxy = world.channel().counters.proxy;
  EXPECT_EQ(proxy.requests.read(), world.client().answers());
  uint64_t responses = 0;
  for (const base::Counter& counter : proxy.responses_by_class) responses += counter.read();
  EXPECT_EQ(responses, proxy.requests.read());
  uint64_t records = 0;
  while (world.channel().access_records.take()) ++records;
  EXPECT_EQ(records, proxy.requests.read());
}

void expect_all_answered(SimWorld& world) {
  EXPECT_TRUE(world.run_until([&] { return world.client().is_done(); }, kBound));
  EXPECT_EQ(complaints_of(world), "");
}

TEST(WorkerWorld, ForwardsASmallRequest) {
  SimWorld world({});
  world.converse({get("bytes", 100)}, Pace::OneByOne);
  expect_all_answered(world);
  expect_counters_add_up(world);
  expect_clean_end(world);
}

TEST(WorkerWorld, AnswersARuleItself) {
  SimWorld world({});
  world.converse({{.target = "/teapot", .status = 403}}, Pace::OneByOne);
  expect_all_answered(world);
  EXPECT_EQ(world.origin().requests(SimWorld::kFirstBackend), 0u);
  expect_clean_end(world);
}

TEST(WorkerWorld, KeepsBothConnectionsForManyRequests) {
  SimWorld world({});
  world.converse(std::vector<SimRequest>(20, get("bytes", 1000)), Pace::OneByOne);
  expect_all_answered(world);
  const worker::Counters& counters = world.channel().counters;
  EXPECT_EQ(counters.proxy.downstream_accepted.read(), 1u);
  EXPECT_EQ(counters.backends[0].connects.read() + counters.backends[1].connects.read(), 2u);
  EXPECT_EQ(world.origin().requests(SimWorld::kFirstBackend), 10u);
  EXPECT_EQ(world.origin().requests(SimWorld::kSecondBackend), 10u);
  expect_counters_add_up(world);
  expect_clean_end(world);
}

TEST(WorkerWorld, AnswersPipelinedRequestsInOrder) {
  SimWorld world({});
  std::vector<SimRequest> requests;
  for (size_t i = 0; i < 15; ++i)
    requests.push_back(get(i % 2 == 0 ? "bytes" : "chunked", i * 777));
  world.converse(requests, Pace::Pipelined);
  expect_all_answered(world);
  expect_counters_add_up(world);
  expect_clean_end(world);
}

TEST(WorkerWorld, CarriesRequestBodiesOfEachKind) {
  SimWorld world({});
  world.converse({post(100'000, SimRequest::Body::Length), post(100'000, SimRequest::Body::Chunked),
                  post(0, SimRequest::Body::Length)},
                 Pace::OneByOne);
  expect_all_answered(world);
  expect_counters_add_up(world);
  expect_clean_end(world);
}

TEST(WorkerWorld, CarriesResponseBodiesOfEachKind) {
  SimWorld world({});
  world.converse({get("chunked", 200'000), get("bytes", 0), get("close", 50'000)}, Pace::OneByOne);
  expect_all_answered(world);
  expect_clean_end(world);
}

TEST(WorkerWorld, CarriesALargeDownloadInBoundedMemory) {
  SimWorld world({});
  world.converse({get("bytes", 5'000'000)}, Pace::OneByOne);
  uint32_t most = 0;
  EXPECT_TRUE(world.run_until(
      [&] {
        most = std::max(most, world.worker_pool().buffers_in_use());
        return world.client().is_done();
      },
      kBound));
  EXPECT_EQ(complaints_of(world), "");
  EXPECT_LT(most, 1000u);
  expect_clean_end(world);
}

TEST(WorkerWorld, NeverCompletesABodyThatItsBackendLeftUnfinished) {
  SimWorld world({});
  world.converse({get("bytes", 10), die(300'000)}, Pace::OneByOne);
  world.converse({die(10)}, Pace::OneByOne);
  expect_all_answered(world);
  expect_clean_end(world);
}

TEST(WorkerWorld, GoesOnWithTheOtherBackendWhenOneIsKilled) {
  SimWorld world({});
  world.converse(std::vector<SimRequest>(10, get("bytes", 500)), Pace::OneByOne);
  expect_all_answered(world);
  world.origin().kill(world.origin_address(), SimWorld::kFirstBackend);
  world.converse(std::vector<SimRequest>(10, get("bytes", 500)), Pace::OneByOne);
  expect_all_answered(world);
  EXPECT_EQ(world.origin().requests(SimWorld::kSecondBackend), 15u);
  expect_clean_end(world);
}

TEST(WorkerWorld, LosesNoExchangeWhenMembershipChangesUnderLoad) {
  SimWorld world({});
  const auto change = [&world](model::BackendState state) {
    model::Configuration next = world.configuration();
    next.pools[0].backends[0].state = state;
    world.publish(next);
  };
  for (int i = 0; i < 4; ++i) {
    world.converse(std::vector<SimRequest>(30, get("bytes", 20'000)), Pace::OneByOne);
  }
  for (int i = 0; i < 20; ++i) {
    const base::Instant until = world.now() + Duration::from_ms(2);
    world.run_until([&] { return world.now() >= until; }, kBound);
    change(i % 2 == 0 ? model::BackendState::Draining : model::BackendState::Active);
    world.collect();
  }
  change(model::BackendState::Draining);
  expect_all_answered(world);
  const uint64_t before = world.origin().requests(SimWorld::kFirstBackend);
  world.converse(std::vector<SimRequest>(4, get("bytes", 10)), Pace::OneByOne);
  expect_all_answered(world);
  EXPECT_EQ(world.origin().requests(SimWorld::kFirstBackend), before);
  EXPECT_EQ(world.collect(), 0u) << "every old snapshot is freed";
  expect_counters_add_up(world);
  expect_clean_end(world);
}

TEST(WorkerWorld, LetsOpenExchangesFinishWhenItDrains) {
  SimWorld world({.seed = 1, .faults = {}, .delay = Duration::from_ms(5)});
  world.converse({get("bytes", 2'000'000)}, Pace::OneByOne);
  const auto is_under_way = [&world] {
    return world.channel().counters.proxy.exchanges_open.read() == 1;
  };
  ASSERT_TRUE(world.run_until(is_under_way, kBound));
  world.drain();
  EXPECT_TRUE(world.run_until([&] { return world.worker().has_ended(); }, kBound));
  EXPECT_TRUE(world.run_until([&] { return world.client().is_done(); }, kBound));
  EXPECT_EQ(complaints_of(world), "");
  EXPECT_EQ(world.worker_pool().buffers_in_use(), 0u);
}

TEST(WorkerWorld, SleepsUntilAPacketComesWhenNothingIsOpen) {
  SimWorld world({});
  world.converse({get("bytes", 10)}, Pace::OneByOne);
  expect_all_answered(world);
  const uint64_t turns = world.channel().counters.turns.read();
  const uint64_t turns_busy = world.channel().counters.turns_busy.read();
  const base::Instant until = world.now() + Duration::from_s(20);
  world.run_until([&] { return world.now() >= until; }, kBound);
  // The world itself looks ten times a second.
  EXPECT_LT(world.channel().counters.turns.read() - turns, 400u);
  EXPECT_LT(world.channel().counters.turns_busy.read() - turns_busy, 200u);
}

class RoughWorld : public ::testing::TestWithParam<uint64_t> {};

// All stories at once, in a world that loses, repeats and reorders frames. The seed is the name.
TEST_P(RoughWorld, AnswersEverythingByteExactAndEndsClean) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  SimWorld world(rough_world(GetParam()));
  world.converse(std::vector<SimRequest>(10, get("bytes", 300)), Pace::OneByOne);
  world.converse({get("bytes", 1), get("chunked", 40'000), get("bytes", 0), get("chunked", 0)},
                 Pace::Pipelined);
  world.converse({post(100'000, SimRequest::Body::Length), post(30'000, SimRequest::Body::Chunked)},
                 Pace::OneByOne);
  world.converse({get("close", 20'000), get("bytes", 5)}, Pace::OneByOne);
  world.converse({get("bytes", 500'000)}, Pace::OneByOne);
  world.converse({die(100'000)}, Pace::OneByOne);
  const base::Instant middle = world.now() + Duration::from_ms(200);
  world.run_until([&] { return world.now() >= middle; }, kBound);
  model::Configuration next = world.configuration();
  next.pools[0].backends.pop_back();
  world.publish(next);
  world.converse(std::vector<SimRequest>(5, get("chunked", 3000)), Pace::Pipelined);
  expect_all_answered(world);
  expect_clean_end(world);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RoughWorld, ::testing::Range<uint64_t>(1, 61));

}  // namespace
}  // namespace penstock::testing
