// SPDX-License-Identifier: Apache-2.0
//
// SimLink: one direction of a link, in virtual time: it delays, loses, repeats, reorders and
// corrupts frames, has a bandwidth with a queue before it, may swallow large packets, and can be
// cut. Every decision comes from one seed.
// Mishaps meet IP only: Ethernet's own checksum would have found a damaged frame, and ARP, which
// has no other protection, is lost only when a fault says so.
// Single-threaded; called with instants that never go back.
// Invariant: frames that are not chosen to be reordered arrive in the order in which they were
// sent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "dataplane/base/random.h"
#include "dataplane/base/time.h"
#include "tests/support/simulated_port.h"

namespace penstock::testing {

struct LinkPlan {
  base::Duration delay = base::Duration::from_us(50);
  base::Duration jitter = {};            // up to so much more
  base::Duration reordering_delay = {};  // by up to so much a reordered frame comes late
  // How often each mishap befalls a frame, in ten-thousandths.
  uint32_t loss = 0;
  uint32_t duplication = 0;
  uint32_t reordering = 0;
  uint32_t corruption = 0;
  // One in so many frames with a lot of data is lost, in even distances; 0: none. That is how the
  // models of congestion control imagine loss.
  uint32_t lose_every = 0;
  uint64_t bits_per_second = 0;  // 0: no bound
  uint32_t queue_bytes = 0;      // what waits for the bandwidth; more is lost
};

class SimLink {
 public:
  SimLink(const LinkPlan& plan, uint64_t seed) : plan_(plan), random_(seed) {}

  void send(Frame frame, base::Instant now);
  // The next frame that has arrived by now.
  std::optional<Frame> take_arrived(base::Instant now);
  base::Instant next_deadline() const noexcept;

  // --- Faults, until they are taken back.
  enum class Carries : uint8_t { Everything, NoArp, Nothing };
  void set_carries(Carries carries) noexcept { carries_ = carries; }
  // Packets of more bytes behind the Ethernet header are lost; 0 lets all pass.
  void set_mtu_hole(uint32_t bytes) noexcept { mtu_hole_ = bytes; }

  uint64_t lost() const noexcept { return lost_; }

 private:
  bool happens(uint32_t ten_thousandths) { return random_.below(10'000) < ten_thousandths; }
  bool is_swallowed(const Frame& frame);
  // When the last bit has left; nullopt when the queue is full.
  std::optional<base::Instant> leaves_at(size_t bytes, base::Instant now);
  void launch(Frame frame, base::Instant departure);

  LinkPlan plan_;
  base::Random random_;
  Carries carries_ = Carries::Everything;
  uint32_t mtu_hole_ = 0;
  base::Instant free_at_;       // when the frames before it have left
  base::Instant last_arrival_;  // of frames in order
  // By arrival; frames that arrive together keep the order in which they were sent.
  std::map<std::pair<base::Instant, uint64_t>, Frame> in_flight_;
  uint64_t order_ = 0;
  uint64_t large_ = 0;  // frames that lose_every counts
  uint64_t lost_ = 0;
};

}  // namespace penstock::testing
