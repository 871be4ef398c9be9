// SPDX-License-Identifier: Apache-2.0
//
// What a user has written and the peer has not acknowledged: slices with their place in the
// sequence. Bytes leave behind a header of their own each time, copied where that is cheaper and as
// references to these slices else, so that a retransmission never touches a packet that a port may
// still hold.
// When and how much to send is transmit.cc's.
// Called by the worker that owns the connection.
// Invariants: (1) bytes are never rewritten; (2) begin() <= end(); (3) reading goes on from where
// it stopped, so that sending a window costs one pass. RFC 9293 3.10.2 (SEND), 3.10.7.4
// (acknowledged segments leave the queue).
#pragma once

#include <cstdint>

#include "dataplane/nic/packet.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/slice.h"
#include "dataplane/nic/slice_cursor.h"
#include "dataplane/tcp/seq.h"

namespace penstock::tcp {

class SendBuffer {
 public:
  // The first byte that will be written has this number.
  void start(Seq first) noexcept { begin_ = head_start_ = first; }
  void write(nic::Slice slice) noexcept;
  // Bytes before `una` need not be sent again.
  void acknowledge(Seq una) noexcept;
  void discard() noexcept;
  // All that is left, whole slices; nothing is left then.
  nic::SliceQueue take_all() noexcept;

  Seq begin() const noexcept { return begin_; }
  Seq end() const noexcept { return head_start_ + queue_.bytes(); }
  uint32_t bytes() const noexcept { return bytes_between(begin_, end()); }
  uint32_t slices() const noexcept { return queue_.count(); }

  enum class Filled : uint8_t { Yes, PoolEmpty };
  // Puts bytes [from, from + length) behind the header that `packet` holds.
  Filled fill(nic::Packet& packet, Seq from, uint32_t length, nic::PacketPool& pool) noexcept;

 private:
  struct Place {
    nic::SliceCursor slice;
    Seq start;  // the number of its first byte
  };

  Place locate(Seq from) const noexcept;
  static uint32_t slices_covered(Place place, Seq from, uint32_t length) noexcept;
  static void copy(nic::Packet& packet, Place place, Seq from, uint32_t length) noexcept;

  nic::SliceQueue queue_;
  Seq head_start_;  // the number of the first byte of the first slice; at most begin_
  Seq begin_;       // snd_una
  Place last_read_;
};

}  // namespace penstock::tcp
