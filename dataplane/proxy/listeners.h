// SPDX-License-Identifier: Apache-2.0
//
// Which addresses this worker accepts on and from whom, kept equal to the current snapshot. A slot
// stands for an address through all snapshots; its number is the tag that the TCP stack brings with
// a new stream. TCP asks the snapshot's access list: the snapshot outlives the next apply().
// Owned by the conductor on one worker.
// Invariants: (1) a slot is named exactly when the current snapshot names its address, and listens
// then until stop_all(); (2) a slot is not given to another address while a client connection
// refers to it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dataplane/base/address.h"
#include "dataplane/base/limits.h"
#include "dataplane/proxy/proxy_counters.h"
#include "dataplane/proxy/snapshot.h"
#include "dataplane/tcp/stack.h"

namespace penstock::proxy {

class Listeners {
 public:
  // `counters` are those of the worker, by id.
  Listeners(tcp::Stack& stack, ListenerCounters* counters) noexcept
      : stack_(stack), counters_(counters) {}

  enum class Change : uint8_t { NoneRemoved, SomeRemoved };
  Change apply(const Snapshot& snapshot) noexcept;
  // No new clients any more, whatever later snapshots name.
  void stop_all() noexcept;

  // The listener's index in the current snapshot; nothing when it is gone from it.
  std::optional<uint32_t> index_of(uint32_t slot) const noexcept;

  // Whether a client that came to `local` is the slot's. One whose handshake was under way when its
  // listener was removed may come with a slot that is gone, or another address's by now.
  bool takes(uint32_t slot, const base::Endpoint& local) const noexcept;

  void on_accepted(uint32_t slot) noexcept { ++slots_[slot].connections; }
  void on_closed(uint32_t slot) noexcept { --slots_[slot].connections; }

 private:
  struct Slot {
    base::Endpoint address;
    uint32_t connections = 0;
    uint32_t index = 0;
    bool named = false;
  };

  void open(const ListenerPlan& plan, uint32_t index) noexcept;
  tcp::Admission admission_of(const ListenerPlan& plan) noexcept;
  Slot* find_named(const base::Endpoint& address) noexcept;

  tcp::Stack& stack_;
  ListenerCounters* counters_;
  std::array<Slot, base::kListenersMax> slots_;
  bool stopped_ = false;
};

}  // namespace penstock::proxy
