// SPDX-License-Identifier: Apache-2.0
//
// SenderSteering: which queue of a port a frame arrives on, as a NIC with RSS decides it: the
// Toeplitz hash of addresses and ports by a key, and a redirection table of queues. On a virtual
// wire the sender chooses the queue, so the sender must do what the NIC would. Pure after
// construction. Microsoft, "RSS hashing functions" (the key and test vectors).
#pragma once

#include <array>
#include <cstdint>

#include "bench/load/frame.h"

namespace penstock::load {

class SenderSteering {
 public:
  static constexpr uint32_t kTableSize = 128;

  // Queues take turns in the table.
  explicit SenderSteering(uint16_t queues) noexcept;

  // Queue 0 for what is not TCP over IPv4.
  uint16_t queue_of(Bytes frame) const noexcept;

  static uint32_t toeplitz(Bytes input) noexcept;

 private:
  uint16_t queues_;
  std::array<uint16_t, kTableSize> table_;
};

}  // namespace penstock::load
