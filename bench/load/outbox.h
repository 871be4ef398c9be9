// SPDX-License-Identifier: Apache-2.0
//
// Outbox: where frames of the load generator go, one after the other, written in place.
// Implemented by the wires: shared memory (vhost_wire.h), or a worker in the same process.
#pragma once

#include <cstdint>

namespace penstock::load {

class Outbox {
 public:
  virtual ~Outbox() = default;
  // Room for one frame of kFrameBytesMax; nullptr when the wire is behind: try again later.
  virtual uint8_t* begin() noexcept = 0;
  // The frame that was begun last is whole and leaves with the next burst.
  virtual void commit(uint32_t bytes) noexcept = 0;
};

}  // namespace penstock::load
