// SPDX-License-Identifier: Apache-2.0
//
// A thread that keeps a worker's promises to control and does nothing else: it loads the snapshot
// once a turn, says which generation it uses, reports a quiescent state, and ends when told to.
// What it does with the snapshot in a turn is the test's.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <utility>

#include "dataplane/worker/channel.h"
#include "dataplane/worker/epoch.h"

namespace penstock::testing {

class FakeWorker {
 public:
  using Turn = std::function<void(proxy::Snapshot&)>;

  FakeWorker(
      uint32_t index, worker::Channel& channel, worker::Epoch& epoch,
      Turn turn = [](proxy::Snapshot&) {})
      : channel_(channel), turn_(std::move(turn)), thread_([this, index, &epoch] {
          epoch.join(index);
          channel_.phase.store(worker::Phase::Serving, std::memory_order_release);
          while (!must_end_.load(std::memory_order_acquire)) {
            turn_once();
            epoch.quiescent(index);
            std::this_thread::yield();
          }
          channel_.phase.store(worker::Phase::Ended, std::memory_order_release);
          epoch.leave(index);
        }) {
    while (channel_.phase.load(std::memory_order_acquire) != worker::Phase::Serving) {
      std::this_thread::yield();
    }
  }
  ~FakeWorker() { end(); }

  void end() {
    must_end_.store(true, std::memory_order_release);
    if (thread_.joinable()) thread_.join();
  }

 private:
  void turn_once() {
    proxy::Snapshot* snapshot = channel_.snapshot.load(std::memory_order_acquire);
    if (snapshot == nullptr) return;
    turn_(*snapshot);
    channel_.generation_in_use.store(snapshot->generation, std::memory_order_release);
  }

  worker::Channel& channel_;
  Turn turn_;
  std::atomic<bool> must_end_{false};
  std::thread thread_;
};

}  // namespace penstock::testing
