// SPDX-License-Identifier: Apache-2.0
#include "dataplane/balance/pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/dataplane/balance/backend_list.h"

namespace penstock::balance {
namespace {

Pool make_pool(Policy policy, std::vector<Backend> backends) {
  return Pool({.name = "p", .policy = policy, .key = {}, .backends = std::move(backends)});
}

TEST(Pool, PicksTheSameBackendForAKey) {
  Pool pool = make_pool(Policy::Maglev, make_backends(5));
  const Backend* first = pool.pick(hash_key("user"), {});
  ASSERT_NE(first, nullptr);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(pool.pick(hash_key("user"), {}), first);
}

TEST(Pool, PicksTheSameBackendOnEveryWorker) {
  const Pool pool = make_pool(Policy::Maglev, make_backends(5));
  Pool one = pool.for_worker(1);
  Pool two = pool.for_worker(2);
  for (uint64_t i = 0; i < 100; ++i) {
    const uint64_t hash = hash_key(std::to_string(i));
    EXPECT_EQ(one.pick(hash, {})->name, two.pick(hash, {})->name);
  }
}

TEST(Pool, GivesAWorkerBackendsOfItsOwnCopy) {
  const Pool pool = make_pool(Policy::Maglev, make_backends(2));
  Pool copy = pool.for_worker(0);
  const Backend* picked = copy.pick(1, {});
  EXPECT_TRUE(picked == &copy.backends()[0] || picked == &copy.backends()[1]);
}

TEST(Pool, TakesTurnsWhateverTheKey) {
  Pool pool = make_pool(Policy::RoundRobin, make_backends(3));
  std::string names;
  for (int i = 0; i < 4; ++i) names += pool.pick(7, {})->name.back();
  EXPECT_EQ(names, "0120");
}

TEST(Pool, TellsWhetherThereIsAnotherWithoutTakingATurn) {
  Pool pool = make_pool(Policy::RoundRobin, make_backends(2));
  const Backend* first = pool.pick(0, {});
  const uint32_t tried[] = {first->id};
  EXPECT_TRUE(pool.has_other({.tried = tried}));
  const Backend* second = pool.pick(0, {});
  EXPECT_NE(first, second);
  const uint32_t both[] = {first->id, second->id};
  EXPECT_FALSE(pool.has_other({.tried = both}));
  BackendSet cooling;
  cooling.set(second->id);
  EXPECT_FALSE(pool.has_other({.tried = tried, .cooling = &cooling}));
}

TEST(Pool, StartsWorkersAtDifferentBackends) {
  const Pool pool = make_pool(Policy::RoundRobin, make_backends(3));
  std::set<std::string> firsts;
  for (uint64_t worker = 0; worker < 3; ++worker) {
    firsts.insert(pool.for_worker(worker).pick(0, {})->name);
  }
  EXPECT_EQ(firsts.size(), 3u);
}

TEST(Pool, PassesOverAvoidedBackendsUntilNoneIsLeft) {
  for (const Policy policy : {Policy::Maglev, Policy::RoundRobin}) {
    Pool pool = make_pool(policy, make_backends(3));
    std::vector<uint32_t> tried;
    for (int i = 0; i < 3; ++i) {
      const Backend* backend = pool.pick(1, {tried});
      ASSERT_NE(backend, nullptr);
      EXPECT_EQ(std::count(tried.begin(), tried.end(), backend->id), 0);
      tried.push_back(backend->id);
    }
    EXPECT_EQ(pool.pick(1, {tried}), nullptr);
  }
}

TEST(Pool, KnowsWhetherAnybodyTakesWork) {
  EXPECT_FALSE(make_pool(Policy::Maglev, {}).takes_work());
  EXPECT_EQ(make_pool(Policy::Maglev, {}).pick(1, {}), nullptr);
  auto backends = make_backends(2);
  backends[0].weight = 0;
  EXPECT_TRUE(make_pool(Policy::RoundRobin, backends).takes_work());
  backends[1].state = Backend::State::Draining;
  EXPECT_FALSE(make_pool(Policy::RoundRobin, backends).takes_work());
}

}  // namespace
}  // namespace penstock::balance
