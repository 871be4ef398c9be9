// SPDX-License-Identifier: Apache-2.0
#include "tests/support/simulated_port.h"

#include <algorithm>
#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"

namespace penstock::testing {

namespace {

Frame bytes_of(const nic::Packet& packet) {
  Frame frame;
  frame.reserve(packet.size());
  for (const rte_mbuf* part = packet.buffer(); part != nullptr; part = part->next) {
    const auto* data = rte_pktmbuf_mtod(part, const uint8_t*);
    frame.insert(frame.end(), data, data + part->data_len);
  }
  return frame;
}

// Does what the descriptor asks for, as a NIC does.
void finish_checksums(Frame& frame, const rte_mbuf& descriptor) {
  const size_t ip = descriptor.l2_len;
  const size_t tcp = ip + descriptor.l3_len;
  if ((descriptor.ol_flags & RTE_MBUF_F_TX_IP_CKSUM) != 0) {
    CHECK(ip != 0 && descriptor.l3_len >= 20);
    wire::store_be16(&frame[ip + 10],
                     wire::checksum_of(base::ByteSpan(frame).subspan(ip, descriptor.l3_len)));
  }
  if ((descriptor.ol_flags & RTE_MBUF_F_TX_L4_MASK) == RTE_MBUF_F_TX_TCP_CKSUM) {
    // The field holds the pseudo header's sum already.
    wire::store_be16(&frame[tcp + 16], wire::checksum_of(base::ByteSpan(frame).subspan(tcp)));
  }
}

}  // namespace

uint32_t SimulatedPort::receive(uint16_t queue, std::span<nic::Packet> packets) noexcept {
  uint32_t count = 0;
  std::deque<Frame>& arriving = arriving_.at(queue);
  while (count < packets.size() && !arriving.empty()) {
    const Frame frame = std::move(arriving.front());
    arriving.pop_front();
    nic::Packet packet = pools_[queue]->allocate_packet();
    if (!packet || frame.size() > pools_[queue]->sizes().frame_bytes) {
      ++missed_;
      continue;
    }
    const base::MutableByteSpan room = packet.append(static_cast<uint32_t>(frame.size()));
    std::copy(frame.begin(), frame.end(), room.begin());
    packets[count++] = std::move(packet);
  }
  return count;
}

uint32_t SimulatedPort::transmit(uint16_t, std::span<nic::Packet> packets) noexcept {
  uint32_t count = 0;
  for (nic::Packet& packet : packets) {
    if (transmit_room_ == 0) break;
    if (transmit_room_ != UINT32_MAX) --transmit_room_;
    CHECK(settings_.features.multi_segment || packet.buffer()->nb_segs == 1);
    CHECK(packet.size() <= settings_.mtu + 18u);
    Frame frame = bytes_of(packet);
    finish_checksums(frame, *packet.buffer());
    sent_.push_back(std::move(frame));
    packet = nic::Packet();
    ++count;
  }
  return count;
}

Frame SimulatedPort::take_sent() {
  CHECK(!sent_.empty());
  Frame frame = std::move(sent_.front());
  sent_.pop_front();
  return frame;
}

}  // namespace penstock::testing
