// SPDX-License-Identifier: Apache-2.0
#include "dataplane/balance/maglev.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/base/check.h"
#include "dataplane/base/random.h"
#include "tests/unit/dataplane/balance/backend_list.h"

namespace penstock::balance {
namespace {

std::vector<uint32_t> entries_per_place(const MaglevTable& table, size_t backends) {
  std::vector<uint32_t> counts(backends, 0);
  for (const uint16_t place : table.entries()) ++counts[place];
  return counts;
}

// The share of table entries that name another backend afterwards.
double share_moved(const std::vector<Backend>& before, const std::vector<Backend>& after) {
  const MaglevTable old_table(before);
  const MaglevTable new_table(after);
  CHECK(old_table.entries().size() == new_table.entries().size());
  uint32_t moved = 0;
  for (size_t i = 0; i < old_table.entries().size(); ++i) {
    if (before[old_table.entries()[i]].name != after[new_table.entries()[i]].name) ++moved;
  }
  return static_cast<double>(moved) / static_cast<double>(old_table.entries().size());
}

bool is_prime(size_t number) {
  for (size_t divisor = 2; divisor * divisor <= number; ++divisor) {
    if (number % divisor == 0) return false;
  }
  return number > 1;
}

TEST(Maglev, HasAPrimeSizeOfAHundredEntriesABackend) {
  for (const uint32_t count : {1u, 81u, 82u, 655u, 656u, 5243u}) {
    const MaglevTable table(make_backends(count));
    EXPECT_TRUE(is_prime(table.entries().size())) << count;
    EXPECT_GE(table.entries().size(), size_t{100} * count);
  }
}

TEST(Maglev, SharesTheTableEvenly) {
  for (const uint32_t count : {2u, 3u, 10u, 80u, 600u}) {
    const auto counts = entries_per_place(MaglevTable(make_backends(count)), count);
    const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
    EXPECT_LE(*most - *least, 1u) << count;
  }
}

TEST(Maglev, SharesTheKeysEvenly) {
  const auto backends = make_backends(10);
  const MaglevTable table(backends);
  base::Random random(1);
  std::vector<uint32_t> counts(10, 0);
  for (int i = 0; i < 200'000; ++i) ++counts[*table.pick(random.next(), backends, {})];
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  EXPECT_LT(static_cast<double>(*most) / *least, 1.05);
}

TEST(Maglev, SharesByWeight) {
  const std::vector<Backend> backends = {make_backend(0, 1), make_backend(1, 2),
                                         make_backend(2, 5)};
  const MaglevTable table(backends);
  const auto counts = entries_per_place(table, 3);
  const double unit = static_cast<double>(table.entries().size()) / 8;
  EXPECT_NEAR(counts[0] / unit, 1, 0.02);
  EXPECT_NEAR(counts[1] / unit, 2, 0.02);
  EXPECT_NEAR(counts[2] / unit, 5, 0.02);
}

TEST(Maglev, GivesTheLightestBackendAnEntry) {
  std::vector<Backend> backends;
  for (uint32_t i = 0; i < 80; ++i) backends.push_back(make_backend(i, i == 0 ? 1 : 256));
  EXPECT_GE(entries_per_place(MaglevTable(backends), 80)[0], 1u);
}

TEST(Maglev, MovesLittleMoreThanItsShareWhenABackendLeaves) {
  for (const uint32_t count : {3u, 5u, 10u, 50u, 80u, 200u}) {
    const auto before = make_backends(count);
    double worst = 0;
    for (uint32_t leaver = 0; leaver < count; leaver += 1 + count / 10) {
      auto after = before;
      after.erase(after.begin() + leaver);
      worst = std::max(worst, share_moved(before, after));
    }
    RecordProperty("moved_leave_" + std::to_string(count), std::to_string(worst));
    EXPECT_GE(worst, 1.0 / count - 0.001);
    EXPECT_LE(worst, 1.0 / count + 0.03) << count;
  }
}

TEST(Maglev, MovesLittleMoreThanItsShareWhenABackendJoins) {
  for (const uint32_t count : {2u, 4u, 9u, 49u, 79u, 199u}) {
    const auto before = make_backends(count);
    auto after = before;
    after.insert(after.begin(), make_backend(count + 1000));
    const double moved = share_moved(before, after);
    RecordProperty("moved_join_" + std::to_string(count), std::to_string(moved));
    EXPECT_LE(moved, 1.0 / (count + 1) + 0.03) << count;
  }
}

TEST(Maglev, MovesOnlyItsShareWhenABackendDrains) {
  const auto before = make_backends(10);
  auto after = before;
  after[4].state = Backend::State::Draining;
  EXPECT_LE(share_moved(before, after), 0.1 + 0.03);
}

TEST(Maglev, KeepsItsSizeWhileBackendsDrain) {
  auto backends = make_backends(82);
  const size_t size = MaglevTable(backends).entries().size();
  for (uint32_t i = 0; i < 40; ++i) backends[i].state = Backend::State::Draining;
  EXPECT_EQ(MaglevTable(backends).entries().size(), size);
}

TEST(Maglev, IsTheSameWhateverTheOrderOfBackends) {
  const auto backends = make_backends(10);
  std::vector<Backend> reversed(backends.rbegin(), backends.rend());
  EXPECT_EQ(share_moved(backends, reversed), 0.0);
}

TEST(Maglev, IsTheSameWhateverTheIds) {
  const auto backends = make_backends(10);
  auto renumbered = backends;
  for (Backend& backend : renumbered) backend.id += 1000;
  EXPECT_EQ(share_moved(backends, renumbered), 0.0);
}

TEST(Maglev, NeverPicksABackendThatTakesNoWork) {
  auto backends = make_backends(4);
  backends[1].weight = 0;
  backends[2].state = Backend::State::Draining;
  const MaglevTable table(backends);
  const auto counts = entries_per_place(table, 4);
  EXPECT_EQ(counts[1] + counts[2], 0u);
}

TEST(Maglev, PicksNothingWhereNobodyTakesWork) {
  EXPECT_EQ(MaglevTable({}).pick(1, {}, {}), std::nullopt);
  auto backends = make_backends(1);
  backends[0].weight = 0;
  EXPECT_EQ(MaglevTable(backends).pick(1, backends, {}), std::nullopt);
}

TEST(Maglev, SpreadsTheKeysOfAnAvoidedBackendOverAllOthers) {
  const auto backends = make_backends(5);
  const MaglevTable table(backends);
  const std::vector<uint32_t> tried = {backends[2].id};
  std::vector<uint32_t> counts(5, 0);
  for (uint64_t hash = 0; hash < table.entries().size(); ++hash) {
    const auto place = table.pick(hash, backends, {});
    const auto other = table.pick(hash, backends, {tried});
    if (*place == 2) {
      ++counts[*other];
    } else {
      ASSERT_EQ(place, other);
    }
  }
  EXPECT_EQ(counts[2], 0u);
  for (const uint32_t place : {0u, 1u, 3u, 4u}) EXPECT_GT(counts[place], 8191u / 5 / 8);
}

TEST(Maglev, FindsTheLastBackendThatIsNotAvoided) {
  const auto backends = make_backends(600);
  const MaglevTable table(backends);
  const auto cooling = std::make_unique<BackendSet>();
  for (const Backend& backend : backends) cooling->set(backend.id);
  cooling->reset(backends[417].id);
  for (uint64_t hash = 0; hash < 1000; ++hash) {
    ASSERT_EQ(table.pick(hash, backends, {{}, cooling.get()}), 417u);
  }
}

TEST(Maglev, PicksNothingWhereAllAreAvoided) {
  auto backends = make_backends(3);
  backends[2].weight = 0;
  const std::vector<uint32_t> tried = {backends[0].id, backends[1].id};
  EXPECT_EQ(MaglevTable(backends).pick(7, backends, {tried}), std::nullopt);
}

// Nodes of different versions share clients: this table must never change.
TEST(Maglev, IsTheSameForEver) {
  const MaglevTable table(make_backends(3));
  uint64_t digest = 0;
  for (const uint16_t place : table.entries()) digest = digest * 31 + place;
  EXPECT_EQ(digest, 7379565871095333454ull);
}

}  // namespace
}  // namespace penstock::balance
