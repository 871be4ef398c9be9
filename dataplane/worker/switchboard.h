// SPDX-License-Identifier: Apache-2.0
//
// Switchboard: one worker's share in bringing frames to their owners. Of what arrived at this
// worker it keeps what is its own, hands over what is another's, and tells all what every worker
// wants to hear of neighbours: a port may deliver ARP and ICMP at any queue.
// On a port that the NIC steers nothing is to be handed over; it is compared whether that holds
// (steering_check.h). A segment at the wrong worker is counted; what opens a flow or is claimed by
// TCP here stays, for more will come here, and the rest is handed over all the same.
// Owned by one worker. A worker that is alone has none.
// Invariants: (1) every frame is kept, handed over or counted as dropped; (2) what was handed over
// is not handed on; (3) a frame that is taken over lies in a buffer of the worker's own pool.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "dataplane/base/time.h"
#include "dataplane/nic/packet.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/port_queue.h"
#include "dataplane/nic/steering.h"
#include "dataplane/tcp/stack.h"
#include "dataplane/wire/frame_subject.h"
#include "dataplane/worker/mesh.h"
#include "dataplane/worker/steering_check.h"
#include "dataplane/worker/switchboard_counters.h"

namespace penstock::worker {

class Switchboard {
 public:
  struct Settings {
    uint32_t worker = 0;
    // By port; all of them outlive the switchboard.
    std::span<const nic::Steering* const> steering;
    Mesh& mesh;
    nic::PacketPool& buffers;
    const tcp::Stack& stack;
    SwitchboardCounters& counters;
  };
  explicit Switchboard(const Settings& settings);

  // Of frames that arrived at `queue`, moves those that stay to the front, in order; how many.
  uint32_t sort(std::span<nic::Packet> burst, uint8_t port_index, nic::PortQueue& queue,
                base::Instant now) noexcept;

  // Takes over what `peer` has handed to this worker, up to `frames`' size; how many. A frame for
  // which there is no buffer is dropped at the queue that it arrived at.
  uint32_t take_over(uint32_t peer, std::span<MeshFrame> frames,
                     std::deque<nic::PortQueue>& queues) noexcept;

 private:
  enum class Fate : uint8_t { Stays, Gone };

  struct Checks {
    SteeringCheck v4;
    SteeringCheck v6;
  };

  Fate decide(nic::Packet& frame, uint8_t port_index, nic::PortQueue& queue,
              base::Instant now) noexcept;
  bool is_another_s(const wire::FrameSubject& subject, uint8_t port_index,
                    base::Instant now) noexcept;
  void hand_over(nic::Packet&& frame, uint32_t to, uint8_t port_index,
                 nic::PortQueue& queue) noexcept;
  void tell_all(const nic::Packet& frame, uint8_t port_index, nic::PortQueue& queue) noexcept;

  uint32_t worker_;
  std::vector<const nic::Steering*> steering_;
  std::vector<Checks> checks_;  // by port
  Mesh& mesh_;
  nic::PacketPool& buffers_;
  const tcp::Stack& stack_;
  SwitchboardCounters& counters_;
};

}  // namespace penstock::worker
