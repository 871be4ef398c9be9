// SPDX-License-Identifier: Apache-2.0
#include "control/publish/publisher.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/base/clock.h"

namespace penstock::publish {
namespace {

// Short against the 10 ms within which a change is promised, long against a worker's turn.
constexpr std::chrono::microseconds kLookAgain{50};

}  // namespace

Publisher::Publisher(std::vector<worker::Channel*> channels, worker::Epoch& epoch)
    : channels_(std::move(channels)), epoch_(epoch), current_(channels_.size()) {}

Publisher::~Publisher() {
  for (worker::Channel* channel : channels_) {
    channel->snapshot.store(nullptr, std::memory_order_release);
  }
}

void Publisher::publish(std::vector<std::unique_ptr<proxy::Snapshot>> snapshots) {
  CHECK(snapshots.size() == channels_.size());
  for (size_t i = 0; i < channels_.size(); ++i) {
    CHECK(current_[i] == nullptr || current_[i]->generation < snapshots[i]->generation);
    channels_[i]->snapshot.store(snapshots[i].get(), std::memory_order_release);
  }
  // Taken after the last swap: once it has passed, every worker has looked at its channel again.
  const worker::Epoch::Token token = epoch_.start();
  for (size_t i = 0; i < channels_.size(); ++i) {
    std::swap(current_[i], snapshots[i]);
    if (snapshots[i] != nullptr) replaced_.push_back({std::move(snapshots[i]), token});
  }
}

void Publisher::collect() {
  // The order matters: an exchange can take hold of a snapshot only before the token passed, so
  // whoever is not held afterwards never will be again.
  std::erase_if(replaced_, [this](const Replaced& old) {
    return epoch_.passed(old.token) && !old.snapshot->is_held();
  });
}

Live Publisher::live(uint64_t generation) const {
  const bool is_live =
      std::all_of(channels_.begin(), channels_.end(), [&](const worker::Channel* channel) {
        const worker::Phase phase = channel->phase.load(std::memory_order_acquire);
        if (phase == worker::Phase::Starting || phase == worker::Phase::Ended) return true;
        return channel->generation_in_use.load(std::memory_order_acquire) >= generation;
      });
  return is_live ? Live::Everywhere : Live::NotYet;
}

Live Publisher::wait_live(uint64_t generation, base::Instant deadline) const {
  while (live(generation) == Live::NotYet) {
    if (base::monotonic_now() >= deadline) return Live::NotYet;
    std::this_thread::sleep_for(kLookAgain);
  }
  return Live::Everywhere;
}

uint64_t Publisher::oldest_alive() const {
  uint64_t oldest = UINT64_MAX;
  for (const auto& snapshot : current_) {
    if (snapshot != nullptr) oldest = std::min(oldest, snapshot->generation);
  }
  for (const Replaced& old : replaced_) oldest = std::min(oldest, old.snapshot->generation);
  return oldest;
}

}  // namespace penstock::publish
