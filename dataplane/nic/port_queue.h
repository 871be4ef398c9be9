// SPDX-License-Identifier: Apache-2.0
//
// PortQueue: one worker's end of one port. Frames to send are staged and leave in bursts, at the
// end of the turn or when a burst is full; what a port that is behind does not take waits.
// Where the driver stops at a frame that it can never send (PortFeatures), a frame that is refused
// in two flushes running is dropped with TxRefused, or it would block the queue for ever.
// A worker does not sleep while staged() is not 0.
// Used by the worker that owns the queue; counters may be read by any thread.
// Invariants: (1) frames leave in the order in which they were staged; (2) every frame that was
// staged is counted as sent or as dropped.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "dataplane/base/counter.h"
#include "dataplane/base/limits.h"
#include "dataplane/nic/port.h"
#include "dataplane/wire/drop_reason.h"

namespace penstock::nic {

struct PortQueueCounters {
  base::Counter packets_received;
  base::Counter bytes_received;
  base::Counter packets_sent;
  base::Counter bytes_sent;
  wire::DropCounters drops;
};

class PortQueue {
 public:
  PortQueue(Port& port, uint16_t queue) noexcept
      : port_(port), queue_(queue), features_(port.features()) {}
  PortQueue(const PortQueue&) = delete;
  PortQueue& operator=(const PortQueue&) = delete;

  // Fills the front of `packets` (all empty on entry) and returns how many arrived.
  uint32_t receive(std::span<Packet> packets) noexcept;

  // Takes a whole frame. Flushes by itself whenever a burst is full.
  void stage(Packet&& frame) noexcept;
  // Hands staged frames to the port, as many as it takes now.
  void flush() noexcept;
  uint32_t staged() const noexcept { return staged_count_; }
  // Whether a frame has left since this was asked before.
  bool take_has_sent() noexcept { return std::exchange(has_sent_, false); }
  // Whether new data should leave now; when not, its owner tries again next turn.
  bool has_room_for_data() const noexcept { return staged_count_ < base::kStagedPacketsForData; }

  // A packet of this queue was discarded by whoever understood it.
  void count_drop(wire::DropReason reason) noexcept { counters_.drops.count(reason); }

  Port& port() noexcept { return port_; }
  const Port& port() const noexcept { return port_; }
  // Of the port, which do not change while it is open.
  PortFeatures features() const noexcept { return features_; }
  uint16_t index() const noexcept { return queue_; }
  const PortQueueCounters& counters() const noexcept { return counters_; }

 private:
  static constexpr uint32_t kMask = base::kStagedPacketsMax - 1;

  void drop_front() noexcept;

  Port& port_;
  uint16_t queue_;
  PortFeatures features_;
  std::array<Packet, base::kStagedPacketsMax> staged_;  // a ring
  uint32_t front_ = 0;                                  // place of the oldest
  uint32_t staged_count_ = 0;
  bool refused_before_ = false;  // the last flush ended with nothing taken
  bool has_sent_ = false;
  PortQueueCounters counters_;
};

}  // namespace penstock::nic
