// SPDX-License-Identifier: Apache-2.0
//
// Makes the segments of peers at 10.0.0.1 for 10.0.0.2:80, one after the other in the same bytes: a
// template of which only ports, numbers and the TCP checksum change, so that a benchmark which has
// to make its input outside the clock is not slow because of it.
// Used by one benchmark; what make() returns is overwritten by the next call.
#pragma once

#include <cstdint>
#include <string>

#include "dataplane/base/bytes.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"
#include "tests/support/packet_builder.h"

namespace penstock::bench {

// A connection as its other end sees it.
struct Peer {
  uint16_t port = 0;
  uint32_t seq = 1'000'000;  // of the next byte
  uint32_t ack = 0;
};

class SegmentMaker {
 public:
  explicit SegmentMaker(uint32_t payload_bytes, wire::TcpFlags flags = wire::TcpFlag::Ack)
      : payload_bytes_(payload_bytes) {
    testing::TcpSegmentSpec spec{.source = testing::endpoint("10.0.0.1", 0),
                                 .destination = testing::endpoint("10.0.0.2", 80),
                                 .flags = flags,
                                 .payload = std::string(payload_bytes, 'x')};
    if (flags.syn()) {
      spec.options.mss = 1460;
      spec.options.window_scale = 7;
    }
    frame_ = testing::build_tcp_frame({testing::mac(1), testing::mac(2)}, spec);
  }

  // A whole Ethernet frame.
  base::ByteSpan make(const Peer& peer) {
    uint8_t* tcp = &frame_[kTcpAt];
    wire::store_be16(tcp, peer.port);
    wire::store_be32(tcp + 4, peer.seq);
    wire::store_be32(tcp + 8, peer.ack);
    wire::store_be16(tcp + 16, 0);
    const base::ByteSpan segment = base::ByteSpan(frame_).subspan(kTcpAt);
    wire::Checksum checksum;
    checksum.add_pseudo_header(base::IpAddress::from_v4(0x0a000001),
                               base::IpAddress::from_v4(0x0a000002), wire::kProtocolTcp,
                               static_cast<uint32_t>(segment.size()));
    checksum.add(segment);
    wire::store_be16(tcp + 16, checksum.complement());
    return frame_;
  }
  // The same without the Ethernet header.
  base::ByteSpan make_datagram(const Peer& peer) {
    return make(peer).subspan(wire::kEthernetHeaderBytes);
  }
  uint32_t payload_bytes() const { return payload_bytes_; }

 private:
  static constexpr size_t kTcpAt = wire::kEthernetHeaderBytes + wire::kIpv4HeaderBytes;

  uint32_t payload_bytes_;
  testing::Frame frame_;
};

}  // namespace penstock::bench
