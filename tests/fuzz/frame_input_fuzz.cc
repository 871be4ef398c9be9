// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a received frame, understood up to TCP's options: the host never crashes, leaks a
// buffer or leaves one uncounted. No fuzzer finds a checksum by chance, so the first byte of the
// input says which ones are made right, and whether the frame is for us at all.
#include <algorithm>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "dataplane/base/check.h"
#include "dataplane/tcp/segment.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ipv6.h"
#include "tests/fuzz/fuzz_host.h"

namespace penstock::fuzz {
namespace {

using testing::Frame;

constexpr uint8_t kIsForUs = 1;
constexpr uint8_t kIpChecksumGood = 2;
constexpr uint8_t kUpperChecksumGood = 4;

void store_checksum(base::MutableByteSpan field, wire::Checksum sum) {
  wire::store_be16(field.data(), sum.complement());
}

void make_ip_checksum_good(base::MutableByteSpan packet) {
  const size_t header_bytes = std::min<size_t>((packet[0] & 15) * 4u, packet.size());
  wire::store_be16(&packet[10], 0);
  wire::Checksum sum;
  sum.add(packet.first(header_bytes));
  store_checksum(packet.subspan(10, 2), sum);
}

struct Upper {
  base::IpAddress source;
  base::IpAddress destination;
  uint8_t protocol = 0;
  base::MutableByteSpan bytes;
};

// As many bytes as the IP header claims and the frame has; no bytes when it is no packet at all.
Upper upper_of(base::MutableByteSpan packet) {
  if (const auto four = wire::parse_ipv4(packet)) {
    return {four->source, four->destination, four->protocol,
            packet.first(four->total_bytes).subspan(four->header_bytes)};
  }
  if (const auto six = wire::parse_ipv6(packet)) {
    return {six->source, six->destination, six->protocol,
            packet.first(six->total_bytes).subspan(six->header_bytes)};
  }
  return {};
}

// TCP's, ICMP's and ICMPv6's.
void make_upper_checksum_good(base::MutableByteSpan packet) {
  const Upper upper = upper_of(packet);
  const size_t at = upper.protocol == wire::kProtocolTcp ? 16 : 2;
  if (upper.bytes.size() < at + 2) return;
  wire::store_be16(&upper.bytes[at], 0);
  wire::Checksum sum;
  if (upper.protocol != wire::kProtocolIcmp) {
    sum.add_pseudo_header(upper.source, upper.destination, upper.protocol,
                          static_cast<uint32_t>(upper.bytes.size()));
  }
  sum.add(upper.bytes);
  store_checksum(upper.bytes.subspan(at, 2), sum);
}

void correct(Frame& frame, uint8_t wishes) {
  if (frame.size() < wire::kEthernetHeaderBytes) return;
  if ((wishes & kIsForUs) != 0) std::ranges::copy(testing::mac(2).octets, frame.begin());
  const auto ethernet = wire::parse_ethernet(frame);
  if (!ethernet || frame.size() < ethernet->bytes + wire::kIpv4HeaderBytes) return;
  const base::MutableByteSpan packet = base::MutableByteSpan(frame).subspan(ethernet->bytes);
  const bool is_v4 = ethernet->type == wire::EtherType::Ipv4;
  if (is_v4 && (wishes & kIpChecksumGood) != 0) make_ip_checksum_good(packet);
  if ((wishes & kUpperChecksumGood) != 0) make_upper_checksum_good(packet);
}

// Whatever is said about a segment lies within the packet that it came in.
void check_segment(net::IpDatagram&& datagram) {
  const uint32_t bytes = datagram.packet.size();
  const auto header = tcp::parse_segment_header(datagram);
  if (!header) return;
  const tcp::Segment segment(std::move(datagram), *header);
  CHECK(segment.payload_bytes() + header->header_bytes == bytes);
}

void feed(FuzzHost& world, const Frame& frame) {
  const uint64_t received = world.queue.counters().drops.total();
  auto arrival =
      world.host.on_frame(testing::to_packet(frame, FuzzHost::pool()), 0, FuzzHost::kStart);
  CHECK(world.queue.counters().drops.total() <= received + 1);
  if (auto* datagram = std::get_if<net::IpDatagram>(&arrival)) {
    check_segment(std::move(*datagram));
  }
  arrival = net::Consumed{};
  world.host.flush();
}

}  // namespace
}  // namespace penstock::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock;
  if (size == 0 || size > nic::PacketPool::kDataBytes) return 0;
  fuzz::Frame frame(data + 1, data + size);
  fuzz::correct(frame, data[0]);
  fuzz::FuzzHost world;
  fuzz::feed(world, frame);
  // Nobody answers: what waits for a neighbour is given up.
  for (int second = 1; second <= 4; ++second) {
    world.host.on_timers(fuzz::FuzzHost::kStart + base::Duration::from_s(second));
  }
  world.host.flush();
  fuzz::FuzzHost::expect_no_buffer_in_use();
  return 0;
}
