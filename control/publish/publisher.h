// SPDX-License-Identifier: Apache-2.0
//
// Publisher: puts a snapshot in front of every worker, and frees those that no worker needs any
// more (DESIGN.md 6). It never waits for open exchanges: a held snapshot stays until its last one
// ends, however long that takes.
// One control thread at a time calls it; workers only see the channels and the epoch.
// Invariants: (1) a snapshot is freed after its worker passed a quiescent state without it and
// no exchange holds it; (2) all workers have ended before the publisher is destroyed.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dataplane/base/time.h"
#include "dataplane/proxy/snapshot.h"
#include "dataplane/worker/channel.h"
#include "dataplane/worker/epoch.h"

namespace penstock::publish {

enum class Live : uint8_t { Everywhere, NotYet };

class Publisher {
 public:
  // Both outlive the publisher.
  Publisher(std::vector<worker::Channel*> channels, worker::Epoch& epoch);
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;
  ~Publisher();

  // One snapshot for each channel, in order, all of one generation later than any before.
  void publish(std::vector<std::unique_ptr<proxy::Snapshot>> snapshots);

  // Frees what can be freed; call it now and then.
  void collect();

  // Whether every worker that serves uses `generation` or a later one. Workers that have not
  // started will begin with the latest; those that have ended need none.
  Live live(uint64_t generation) const;
  // The same, watched until it is so or the deadline has come.
  Live wait_live(uint64_t generation, base::Instant deadline) const;

  // The oldest generation that a worker may still use.
  uint64_t oldest_alive() const;
  size_t snapshots_waiting() const { return replaced_.size(); }
  const std::vector<worker::Channel*>& channels() const { return channels_; }

 private:
  struct Replaced {
    std::unique_ptr<proxy::Snapshot> snapshot;
    worker::Epoch::Token token = 0;
  };

  std::vector<worker::Channel*> channels_;
  worker::Epoch& epoch_;
  std::vector<std::unique_ptr<proxy::Snapshot>> current_;
  std::vector<Replaced> replaced_;
};

}  // namespace penstock::publish
