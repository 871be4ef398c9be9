// SPDX-License-Identifier: Apache-2.0
//
// A TCP stack with established connections: host, neighbour and stack as a worker has them, around
// a port that swallows what is sent. The benchmark plays the worker's turn and all peers.
// Used by one benchmark, on one thread; time is virtual and passes by 100 us a turn.
// Invariants: (1) each peer's numbers are what its next segment must carry; (2) peers()[i] is the
// other end of streams()[i].
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bench/micro/segment_maker.h"
#include "dataplane/base/time.h"
#include "dataplane/net/host.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/port_queue.h"
#include "dataplane/tcp/stack.h"

namespace penstock::bench {

// Takes every packet and frees it; remembers the number of the last SYN.
class SwallowingPort final : public nic::Port {
 public:
  explicit SwallowingPort(nic::PortFeatures features) : features_(features) {}

  uint32_t receive(uint16_t, std::span<nic::Packet>) noexcept override { return 0; }
  uint32_t transmit(uint16_t queue, std::span<nic::Packet> packets) noexcept override;
  nic::PortFeatures features() const noexcept override { return features_; }
  base::MacAddress mac() const noexcept override { return testing::mac(2); }
  uint16_t mtu() const noexcept override { return 1500; }
  std::string_view name() const noexcept override { return "swallowing"; }

  uint32_t syn_number() const { return syn_number_; }

 private:
  nic::PortFeatures features_;
  uint32_t syn_number_ = 0;
};

// Who computes checksums, of what arrives and of what is sent.
enum class Checksums : uint8_t { ByPort, InSoftware };

class StackWithPeers {
 public:
  StackWithPeers(uint32_t connections, Checksums checksums);

  // The peer's next segment as the port would deliver it.
  nic::Packet next_segment(uint32_t peer, SegmentMaker& maker);
  // --- A turn: arrive() for each packet, time, what the user does, then send().
  void arrive(nic::Packet frame) noexcept;
  void pass_time() noexcept;
  void send() noexcept;
  // Takes all events; throws away what was received.
  void read_all() noexcept;
  // The peer acknowledges everything that it was sent.
  void acknowledge(uint32_t peer, uint32_t bytes);

  std::vector<Peer>& peers() { return peers_; }
  std::vector<tcp::Stream>& streams() { return streams_; }
  nic::PacketPool& pool() { return pool_; }
  const tcp::StackCounters& counters() const { return stack_.counters(); }
  uint64_t packets_sent() const { return queue_.counters().packets_sent.read(); }

 private:
  void introduce_neighbor();
  void open(uint16_t peer_port);

  Checksums checksums_;
  base::Instant now_ = base::Instant::from_ns(1'000'000'000);
  nic::PacketPool pool_;
  SwallowingPort port_;
  nic::PortQueue queue_;
  base::IpPrefix address_;
  net::Host host_;
  tcp::Stack stack_;
  SegmentMaker bare_ack_{0};
  std::vector<Peer> peers_;
  std::vector<tcp::Stream> streams_;
};

}  // namespace penstock::bench
