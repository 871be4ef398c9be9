// SPDX-License-Identifier: Apache-2.0
#include "dataplane/balance/round_robin.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/dataplane/balance/backend_list.h"

namespace penstock::balance {
namespace {

// The next picks, as letters by place.
std::string picks(RoundRobin& turn, const std::vector<Backend>& backends, size_t count,
                  const Avoid& avoid = {}) {
  std::string letters;
  for (size_t i = 0; i < count; ++i) {
    const auto place = turn.pick(backends, avoid);
    letters += place ? static_cast<char>('a' + *place) : '-';
  }
  return letters;
}

TEST(RoundRobin, TakesEqualBackendsInTurn) {
  const auto backends = make_backends(3);
  RoundRobin turn(backends);
  EXPECT_EQ(picks(turn, backends, 7), "abcabca");
}

TEST(RoundRobin, InterleavesByWeight) {
  const std::vector<Backend> backends = {make_backend(0, 5), make_backend(1, 1),
                                         make_backend(2, 1)};
  RoundRobin turn(backends);
  EXPECT_EQ(picks(turn, backends, 14), "abaaacaabaaaca");
}

TEST(RoundRobin, GivesTheShareOfAnAvoidedBackendToAllOthersByWeight) {
  const std::vector<Backend> backends = {make_backend(0, 4), make_backend(1, 1), make_backend(2, 1),
                                         make_backend(3, 1)};
  RoundRobin turn(backends);
  const std::vector<uint32_t> tried = {backends[1].id};
  std::vector<int> counts(4, 0);
  for (int i = 0; i < 600; ++i) ++counts[*turn.pick(backends, {tried})];
  EXPECT_EQ(counts, (std::vector<int>{400, 0, 100, 100}));
}

TEST(RoundRobin, PassesOverBackendsThatTakeNoWork) {
  auto backends = make_backends(4);
  backends[1].weight = 0;
  backends[2].state = Backend::State::Draining;
  RoundRobin turn(backends);
  EXPECT_EQ(picks(turn, backends, 4), "adad");
}

TEST(RoundRobin, SharesTheTurnsOfAnAvoidedBackend) {
  const auto backends = make_backends(3);
  RoundRobin turn(backends);
  const std::vector<uint32_t> tried = {backends[0].id};
  EXPECT_EQ(picks(turn, backends, 4, {tried}), "bcbc");
}

TEST(RoundRobin, OwesNothingToABackendThatWasAvoided) {
  const auto backends = make_backends(2);
  RoundRobin turn(backends);
  const std::vector<uint32_t> tried = {backends[0].id};
  picks(turn, backends, 100, {tried});
  EXPECT_EQ(picks(turn, backends, 4), "abab");
}

TEST(RoundRobin, PicksNothingWhereAllAreAvoided) {
  const auto backends = make_backends(1);
  RoundRobin turn(backends);
  const std::vector<uint32_t> tried = {backends[0].id};
  EXPECT_EQ(turn.pick(backends, {tried}), std::nullopt);
  RoundRobin empty({});
  empty.start_at(3);
  EXPECT_EQ(empty.pick({}, {}), std::nullopt);
}

TEST(RoundRobin, StartsWhereItIsTold) {
  const auto backends = make_backends(3);
  for (const auto& [place, expected] : std::vector<std::pair<uint64_t, std::string>>{
           {0, "abcabc"}, {1, "bcabca"}, {2, "cabcab"}, {4, "bcabca"}}) {
    RoundRobin turn(backends);
    turn.start_at(place);
    EXPECT_EQ(picks(turn, backends, 6), expected);
  }
}

TEST(RoundRobin, KeepsToTheWeightsWhereverItStarts) {
  const std::vector<Backend> backends = {make_backend(0, 5), make_backend(1, 2),
                                         make_backend(2, 3)};
  for (uint64_t start = 0; start < 3; ++start) {
    RoundRobin turn(backends);
    turn.start_at(start);
    std::vector<int> counts(3, 0);
    for (int i = 0; i < 1000; ++i) ++counts[*turn.pick(backends, {})];
    EXPECT_LE(std::abs(counts[0] - 500), 1) << start;
    EXPECT_LE(std::abs(counts[1] - 200), 1) << start;
    EXPECT_LE(std::abs(counts[2] - 300), 1) << start;
  }
}

}  // namespace
}  // namespace penstock::balance
