// SPDX-License-Identifier: Apache-2.0
//
// The reference of TCP: lwIP (liblwip-dev) with one established connection, through its raw API and
// from the IP header on, so without Ethernet and ARP. Debian builds it for the Hurd: checksums in
// software, payload copied into each segment that is sent.
// Used by one benchmark; it holds lwIP's core lock as long as it lives, as that API demands.
#pragma once

#include <cstdint>
#include <memory>

#include "bench/micro/segment_maker.h"
#include "dataplane/base/bytes.h"

namespace penstock::bench {

class LwipConnection {
 public:
  LwipConnection();
  ~LwipConnection();

  // Puts the peer's next segment into a buffer of lwIP's.
  void prepare_next_segment(SegmentMaker& maker);
  // Gives lwIP all that was prepared; its user takes what arrives at once.
  void receive_prepared();
  void write(base::ByteSpan bytes);
  void send();
  // The peer acknowledges everything that it was sent.
  void acknowledge(uint32_t bytes);

  uint64_t bytes_received() const;
  uint64_t packets_sent() const;

 private:
  struct State;

  void open();

  std::unique_ptr<State> state_;
  SegmentMaker bare_ack_{0};
  Peer peer_{.port = 10'000};
};

}  // namespace penstock::bench
