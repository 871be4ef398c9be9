// SPDX-License-Identifier: Apache-2.0
#include "dataplane/balance/maglev.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/base/hash.h"

namespace penstock::balance {

namespace {

// Primes far apart: when a pool outgrows one, nearly every key moves. So the smallest already holds
// 81 backends in 16 KB, and the next ones 655, 5242 and all that a configuration may name.
constexpr std::array<uint32_t, 4> kSizes = {8191, 65'537, 524'287, 2'097'143};
constexpr uint32_t kEntriesPerBackend = 100;
static_assert(kSizes.back() >= kEntriesPerBackend * base::kBackendsMax);
static_assert(base::kBackendsMax <= std::numeric_limits<uint16_t>::max());

constexpr uint16_t kFree = std::numeric_limits<uint16_t>::max();

constexpr uint64_t kOffsetSeed = 0x6f6666736574ull;  // "offset"
constexpr uint64_t kSkipSeed = 0x736b6970ull;        // "skip"

// A backend's turn at the table: its permutation of all entries, and how far it has come.
struct Player {
  uint16_t place;
  std::string identity;
  uint64_t weight;
  uint64_t credit_next = 0;  // round times weight must reach this for the next turn
  uint32_t at = 0;
  uint32_t skip = 0;
};

// Draining backends count, so that draining one does not resize the table and move every key.
uint32_t size_for(size_t backends) noexcept {
  for (const uint32_t size : kSizes) {
    if (size >= backends * kEntriesPerBackend) return size;
  }
  return kSizes.back();
}

std::string identity_of(const Backend& backend) {
  return backend.name.empty() ? backend.endpoint.format() : backend.name;
}

std::vector<Player> players_of(std::span<const Backend> backends, uint32_t size) {
  std::vector<Player> players;
  for (size_t i = 0; i < backends.size(); ++i) {
    if (!backends[i].takes_work()) continue;
    Player player{.place = static_cast<uint16_t>(i),
                  .identity = identity_of(backends[i]),
                  .weight = backends[i].weight};
    player.at = static_cast<uint32_t>(base::hash64(player.identity, kOffsetSeed) % size);
    player.skip = static_cast<uint32_t>(base::hash64(player.identity, kSkipSeed) % (size - 1)) + 1;
    players.push_back(std::move(player));
  }
  // The first to play has the first choice: play in an order that all nodes know.
  std::sort(players.begin(), players.end(),
            [](const Player& a, const Player& b) { return a.identity < b.identity; });
  return players;
}

// The size is prime, so that stepping by `skip` visits every entry.
void take_free_entry(Player& player, std::vector<uint16_t>& entries) noexcept {
  const auto size = static_cast<uint32_t>(entries.size());
  while (entries[player.at] != kFree) player.at = (player.at + player.skip) % size;
  entries[player.at] = player.place;
}

}  // namespace

MaglevTable::MaglevTable(std::span<const Backend> backends) {
  CHECK(backends.size() <= base::kBackendsMax);
  const uint32_t size = size_for(backends.size());
  std::vector<Player> players = players_of(backends, size);
  if (players.empty()) return;
  uint64_t weight_max = 0;
  for (const Player& player : players) weight_max = std::max(weight_max, player.weight);
  entries_.assign(size, kFree);
  // Everybody plays in the first round; after that the heaviest plays in every round, and who
  // weighs a tenth of it in every tenth.
  uint32_t taken = 0;
  for (uint64_t round = 1; taken < size; ++round) {
    for (Player& player : players) {
      if (taken == size) break;
      if (round * player.weight < player.credit_next) continue;
      player.credit_next += weight_max;
      take_free_entry(player, entries_);
      ++taken;
    }
  }
}

std::optional<uint32_t> MaglevTable::pick(uint64_t hash, std::span<const Backend> backends,
                                          const Avoid& avoid) const noexcept {
  if (entries_.empty()) return std::nullopt;
  const size_t size = entries_.size();
  size_t at = hash % size;
  // Neighbouring entries are as good as random: an avoided backend's keys spread over all others.
  constexpr uint32_t kProbesMax = 256;
  for (uint32_t probe = 0; probe < kProbesMax; ++probe) {
    const uint16_t place = entries_[at];
    if (!avoid.contains(backends[place].id)) return place;
    if (++at == size) at = 0;
  }
  // Nearly all are avoided: ask each backend once instead of the whole table.
  const size_t start = hash % backends.size();
  for (size_t i = 0; i < backends.size(); ++i) {
    const size_t place = (start + i) % backends.size();
    const Backend& backend = backends[place];
    if (backend.takes_work() && !avoid.contains(backend.id)) return static_cast<uint32_t>(place);
  }
  return std::nullopt;
}

}  // namespace penstock::balance
