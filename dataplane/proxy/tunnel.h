// SPDX-License-Identifier: Apache-2.0
//
// Bytes both ways between two streams, after a backend has switched protocols (101). What one side
// closes is closed towards the other behind its last byte, and each direction ends by itself.
// It understands nothing of what it moves. A receiver that is full holds its sender back.
// Called by the conductor on the worker that owns the exchange.
// Invariant: bytes leave in order, once, and before the FIN that came behind them.
// RFC 9110 7.8 (Upgrade), RFC 6455 (WebSocket).
#pragma once

#include <cstdint>

#include "dataplane/nic/slice.h"
#include "dataplane/tcp/stream.h"

namespace penstock::proxy {

class Tunnel {
 public:
  enum class State : uint8_t {
    Open,
    NoBuffers,  // the packet pool is at its limit; try again a little later
    Done,       // both sides have closed
    Broken,     // one of them was reset
  };
  State move(tcp::Stream client, tcp::Stream backend, nic::PacketPool& pool) noexcept;

  bool is_done() const noexcept { return up_.closed && down_.closed; }
  bool is_half_closed() const noexcept { return up_.closed != down_.closed; }
  // Changes with each byte that moves, and when a side closes.
  uint64_t signs_of_life() const noexcept {
    return bytes_up() + bytes_down() + (up_.closed ? 1 : 0) + (down_.closed ? 1 : 0);
  }

  // Bytes moved, from the client and to it.
  uint64_t bytes_up() const noexcept { return up_.bytes; }
  uint64_t bytes_down() const noexcept { return down_.bytes; }

 private:
  struct Direction {
    uint64_t bytes = 0;
    bool closed = false;  // the FIN was passed on
  };
  enum class Moved : uint8_t { All, NoBuffers };
  static Moved move(Direction& direction, tcp::Stream from, tcp::Stream to,
                    nic::PacketPool& pool) noexcept;

  Direction up_;
  Direction down_;
};

}  // namespace penstock::proxy
