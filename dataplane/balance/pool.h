// SPDX-License-Identifier: Apache-2.0
//
// A set of backends and the policy that picks one of them for a request.
// It opens no connection and judges no health: it picks from what the snapshot holds, passing over
// what the caller avoids.
// Control builds one and makes a copy for each worker (both allocate); a worker picks from its own
// copy without allocation. Only the policy's cursor changes after that.
// Invariants: (1) a draining backend or one with weight 0 is never picked; (2) pick() answers
// nullptr only when every backend that takes work is avoided.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "dataplane/balance/backend.h"
#include "dataplane/balance/key.h"
#include "dataplane/balance/maglev.h"
#include "dataplane/balance/policy.h"
#include "dataplane/balance/round_robin.h"

namespace penstock::balance {

struct PoolSettings {
  std::string name;
  Policy policy = Policy::Maglev;
  KeySource key;
  std::vector<Backend> backends;
};

class Pool {
 public:
  explicit Pool(PoolSettings settings);

  // A worker's own copy. The seed decides where round robin starts, so that workers do not all
  // begin with the same backend.
  Pool for_worker(uint64_t seed) const;

  // The backend for a request with this key hash (see hash_key()); policies without a key ignore
  // it.
  const Backend* pick(uint64_t key_hash, const Avoid& avoid) noexcept;

  // Whether pick() would find one; takes no backend's turn.
  bool has_other(const Avoid& avoid) const noexcept;

  const std::string& name() const noexcept { return settings_.name; }
  Policy policy() const noexcept { return settings_.policy; }
  const KeySource& key() const noexcept { return settings_.key; }
  std::span<const Backend> backends() const noexcept { return settings_.backends; }
  bool takes_work() const noexcept;

 private:
  PoolSettings settings_;
  std::variant<MaglevTable, RoundRobin> chooser_;
};

}  // namespace penstock::balance
