// SPDX-License-Identifier: Apache-2.0
//
// The worker run whole, one story at a time, in a calm world with one client and two backends.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/sim/sim_world.h"

namespace penstock::testing {
namespace {

using base::Duration;
using Answer = ExchangePlan::Answer;
using RequestBody = ExchangePlan::RequestBody;
using Order = ConversationPlan::Order;

// Virtual time within which everything ends.
constexpr Duration kBound = Duration::from_s(300);

class WorkerWorld : public ::testing::Test {
 protected:
  explicit WorkerWorld(Duration delay = Duration::from_us(50)) : world(scenario_with(delay)) {}

  static Scenario scenario_with(Duration delay) {
    Scenario scenario = calm_scenario(1, 2);
    for (StationPlan& each : scenario.clients) each.link.delay = delay;
    for (StationPlan& each : scenario.backends) each.link.delay = delay;
    return scenario;
  }

  ExchangePlan get(uint32_t bytes, Answer answer = Answer::Length) {
    return {.id = next_id_++, .answer = answer, .answer_bytes = bytes};
  }
  ExchangePlan post(uint32_t bytes, RequestBody body) {
    return {.id = next_id_++, .request_body = body, .request_bytes = bytes, .answer_bytes = 100};
  }
  std::vector<ExchangePlan> gets(size_t count, uint32_t bytes) {
    std::vector<ExchangePlan> all;
    for (size_t i = 0; i < count; ++i) all.push_back(get(bytes));
    return all;
  }
  void converse(std::vector<ExchangePlan> exchanges, Order order = Order::OneByOne) {
    world.converse({.order = order, .exchanges = std::move(exchanges)});
  }

  void run_for(Duration time) {
    const base::Instant end = world.now() + time;
    world.wake_at(end);
    world.run_until([&] { return world.now() >= end; }, kBound);
  }
  void expect_all_answered() {
    EXPECT_TRUE(world.run_until([this] { return world.is_done(); }, kBound));
    EXPECT_EQ(complaints(), "");
  }
  // Everybody has said goodbye, nothing is open and no packet buffer is lost.
  void expect_clean_end() {
    const auto is_at_rest = [this] { return world.counters().tcp->connections_open.read() == 0; };
    EXPECT_TRUE(world.run_until(is_at_rest, kBound));
    EXPECT_EQ(text_of(world.ledger().problems()), "");
    EXPECT_EQ(text_of(world.ledger().problems_at_rest()), "");
    world.drain();
    EXPECT_TRUE(world.run_until([this] { return world.workers().have_ended(); }, kBound));
    EXPECT_TRUE(world.run_until([this] { return world.backend_connections_open() == 0; }, kBound));
    expect_no_buffer_lost();
  }
  void expect_no_buffer_lost() {
    EXPECT_EQ(world.workers().pool(0).buffers_in_use(), 0u);
    EXPECT_EQ(world.workers().pool(0).references_in_use(), 0u);
  }

  std::string complaints() const { return text_of(world.complaints()); }
  static std::string text_of(const std::vector<std::string>& lines) {
    std::string all;
    for (const std::string& each : lines) all += each + "\n";
    return all;
  }
  uint64_t requests(uint32_t backend) { return world.origin(backend).requests(); }

  SimWorld world;
  uint32_t next_id_ = 1;
};

class FarWorkerWorld : public WorkerWorld {
 protected:
  FarWorkerWorld() : WorkerWorld(Duration::from_ms(5)) {}
};

TEST_F(WorkerWorld, ForwardsASmallRequest) {
  converse({get(100)});
  expect_all_answered();
  expect_clean_end();
}

TEST_F(WorkerWorld, AnswersARuleItself) {
  converse({get(0, Answer::ByRule)});
  expect_all_answered();
  EXPECT_EQ(requests(0) + requests(1), 0u);
  expect_clean_end();
}

TEST_F(WorkerWorld, KeepsBothConnectionsForManyRequests) {
  converse(gets(20, 1000));
  expect_all_answered();
  const worker::Counters& counters = world.counters();
  EXPECT_EQ(counters.proxy.downstream_accepted.read(), 1u);
  EXPECT_EQ(counters.backends[0].connects.read() + counters.backends[1].connects.read(), 2u);
  EXPECT_EQ(requests(0), 10u);
  EXPECT_EQ(requests(1), 10u);
  expect_clean_end();
}

TEST_F(WorkerWorld, AnswersPipelinedRequestsInOrder) {
  std::vector<ExchangePlan> exchanges;
  for (uint32_t i = 0; i < 15; ++i) {
    exchanges.push_back(get(i * 777, i % 2 == 0 ? Answer::Length : Answer::Chunked));
  }
  converse(exchanges, Order::Pipelined);
  expect_all_answered();
  expect_clean_end();
}

TEST_F(WorkerWorld, CarriesRequestBodiesOfEachKind) {
  converse({post(100'000, RequestBody::Length), post(100'000, RequestBody::Chunked),
            post(0, RequestBody::Length)});
  expect_all_answered();
  expect_clean_end();
}

TEST_F(WorkerWorld, CarriesResponseBodiesOfEachKind) {
  converse({get(200'000, Answer::Chunked), get(0), get(50'000, Answer::UntilClose)});
  expect_all_answered();
  expect_clean_end();
}

TEST_F(WorkerWorld, CarriesALargeDownloadInBoundedMemory) {
  converse({get(5'000'000)});
  uint32_t most = 0;
  EXPECT_TRUE(world.run_until(
      [&] {
        most = std::max(most, world.workers().pool(0).buffers_in_use());
        return world.is_done();
      },
      kBound));
  EXPECT_EQ(complaints(), "");
  EXPECT_LT(most, 1000u);
  expect_clean_end();
}

TEST_F(WorkerWorld, NeverCompletesABodyThatItsBackendLeftUnfinished) {
  converse({get(10), get(300'000, Answer::DieHalfway)});
  converse({get(10, Answer::DieHalfway)});
  expect_all_answered();
  expect_clean_end();
}

TEST_F(WorkerWorld, GoesOnWithTheOtherBackendWhenOneIsKilled) {
  converse(gets(10, 500));
  expect_all_answered();
  world.kill_backend(0);
  converse(gets(10, 500));
  expect_all_answered();
  EXPECT_EQ(requests(1), 15u);
  expect_clean_end();
}

TEST_F(WorkerWorld, LosesNoExchangeWhenMembershipChangesUnderLoad) {
  const auto change = [this](model::BackendState state) {
    model::Configuration next = world.configuration();
    next.pools[0].backends[0].state = state;
    world.publish(next);
  };
  for (int i = 0; i < 4; ++i) converse(gets(30, 20'000));
  for (int i = 0; i < 20; ++i) {
    run_for(Duration::from_ms(2));
    change(i % 2 == 0 ? model::BackendState::Draining : model::BackendState::Active);
    world.workers().collect();
  }
  change(model::BackendState::Draining);
  expect_all_answered();
  const uint64_t before = requests(0);
  converse(gets(4, 10));
  expect_all_answered();
  EXPECT_EQ(requests(0), before);
  EXPECT_EQ(world.workers().collect(), 0u) << "every old snapshot is freed";
  expect_clean_end();
}

TEST_F(FarWorkerWorld, LetsOpenExchangesFinishWhenItDrains) {
  converse({get(2'000'000)});
  const auto is_under_way = [this] { return world.counters().proxy.exchanges_open.read() == 1; };
  ASSERT_TRUE(world.run_until(is_under_way, kBound));
  world.drain();
  EXPECT_TRUE(world.run_until([this] { return world.workers().have_ended(); }, kBound));
  expect_all_answered();
  expect_no_buffer_lost();
}

TEST_F(WorkerWorld, SleepsUntilAPacketComesWhenNothingIsOpen) {
  converse({get(10)});
  expect_all_answered();
  const uint64_t turns = world.counters().turns.read();
  const uint64_t turns_busy = world.counters().turns_busy.read();
  run_for(Duration::from_s(20));
  EXPECT_LT(world.counters().turns.read() - turns, 200u);
  EXPECT_LT(world.counters().turns_busy.read() - turns_busy, 100u);
}

}  // namespace
}  // namespace penstock::testing
