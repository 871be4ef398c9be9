// SPDX-License-Identifier: Apache-2.0
#include "bench/micro/stack_with_peers.h"

#include <array>
#include <utility>
#include <variant>

#include "dataplane/base/check.h"
#include "tests/support/eal_environment.h"

namespace penstock::bench {

namespace {

constexpr uint16_t kFirstPort = 10'000;

nic::PortFeatures features_of(Checksums checksums) {
  if (checksums == Checksums::InSoftware) return {};
  return {.ipv4_checksum = true, .tcp_checksum = true, .multi_segment = true};
}

tcp::StackSettings stack_settings() {
  tcp::StackSettings settings;
  settings.connections_max = 16'384;
  settings.flow_key = {1, 2};
  settings.isn_key = {3, 4};
  return settings;
}

}  // namespace

uint32_t SwallowingPort::transmit(uint16_t, std::span<nic::Packet> packets) noexcept {
  constexpr size_t kTcpAt = wire::kEthernetHeaderBytes + wire::kIpv4HeaderBytes;
  for (nic::Packet& packet : packets) {
    const base::ByteSpan frame = packet.first();
    constexpr auto kSyn = static_cast<uint8_t>(wire::TcpFlag::Syn);
    if (frame.size() > kTcpAt && (frame[kTcpAt + 13] & kSyn) != 0) {
      syn_number_ = wire::load_be32(&frame[kTcpAt + 4]);
    }
    packet = nic::Packet();
  }
  return static_cast<uint32_t>(packets.size());
}

StackWithPeers::StackWithPeers(uint32_t connections, Checksums checksums)
    : checksums_(checksums),
      pool_(testing::make_test_pool({.buffers = 8191, .references = 8191})),
      port_(features_of(checksums)),
      queue_(port_, 0),
      address_(testing::prefix("10.0.0.2/24")),
      host_({.interfaces = std::array{net::InterfaceSettings{.queue = &queue_,
                                                             .addresses = std::span(&address_, 1)}},
             .routes = {},
             .key = {1, 2},
             .now = now_},
            pool_),
      stack_(stack_settings(), pool_, host_) {
  introduce_neighbor();
  CHECK(stack_.listen(testing::endpoint("10.0.0.2", 80), 0).ok());
  for (uint32_t i = 0; i < connections; ++i) open(static_cast<uint16_t>(kFirstPort + i));
}

// Asking for our MAC address makes the peers' known.
void StackWithPeers::introduce_neighbor() {
  const testing::Frame asked = testing::build_arp({testing::mac(1), base::MacAddress::broadcast()},
                                                  {.operation = wire::ArpOperation::Request,
                                                   .sender_mac = testing::mac(1),
                                                   .sender_ip = testing::ip("10.0.0.1"),
                                                   .target_mac = {},
                                                   .target_ip = testing::ip("10.0.0.2")});
  arrive(testing::to_packet(asked, pool_));
  send();
}

void StackWithPeers::open(uint16_t peer_port) {
  SegmentMaker syn(0, wire::TcpFlag::Syn);
  Peer peer{.port = peer_port};
  arrive(testing::to_packet(syn.make(peer), pool_));
  send();
  peer.seq += 1;
  peer.ack = port_.syn_number() + 1;
  arrive(testing::to_packet(bare_ack_.make(peer), pool_));
  const auto ready = stack_.take_ready();
  CHECK(ready && ready->accepted && ready->stream.is_established());
  peers_.push_back(peer);
  streams_.push_back(ready->stream);
  send();
}

nic::Packet StackWithPeers::next_segment(uint32_t peer, SegmentMaker& maker) {
  nic::Packet packet = testing::to_packet(maker.make(peers_[peer]), pool_);
  peers_[peer].seq += maker.payload_bytes();
  if (checksums_ == Checksums::ByPort) {
    packet.buffer()->ol_flags |= RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
  }
  return packet;
}

void StackWithPeers::arrive(nic::Packet frame) noexcept {
  auto arrival = host_.on_frame(std::move(frame), 0, now_);
  if (auto* datagram = std::get_if<net::IpDatagram>(&arrival)) {
    stack_.on_segment(std::move(*datagram), now_);
  }
}

void StackWithPeers::pass_time() noexcept {
  now_ = now_ + base::Duration::from_us(100);
  stack_.on_timers(now_);
}

void StackWithPeers::send() noexcept {
  stack_.flush(now_);
  host_.flush();
}

void StackWithPeers::read_all() noexcept {
  while (auto ready = stack_.take_ready()) {
    CHECK(!ready->closed);
    ready->stream.received().clear();
    ready->stream.consumed();
  }
}

void StackWithPeers::acknowledge(uint32_t peer, uint32_t bytes) {
  peers_[peer].ack += bytes;
  arrive(next_segment(peer, bare_ack_));
}

}  // namespace penstock::bench
