// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/wire_view.h"

#include <algorithm>

namespace penstock::testing {

namespace {

constexpr uint16_t kIpv4 = 0x0800;
constexpr uint16_t kArp = 0x0806;
constexpr uint16_t kVlan = 0x8100;
constexpr uint16_t kIpv6 = 0x86dd;
constexpr uint8_t kTcp = 6;
constexpr uint8_t kIcmp6 = 58;

uint16_t be16(base::ByteSpan bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
uint32_t be32(base::ByteSpan bytes, size_t at) {
  return uint32_t{be16(bytes, at)} << 16 | be16(bytes, at + 2);
}
uint64_t be64(base::ByteSpan bytes, size_t at) {
  return uint64_t{be32(bytes, at)} << 32 | be32(bytes, at + 4);
}

uint64_t sum_of(base::ByteSpan bytes) {
  uint64_t sum = 0;
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) sum += be16(bytes, at);
  return bytes.size() % 2 == 0 ? sum : sum + (uint64_t{bytes.back()} << 8);
}
// Whether a sum over data with its own checksum in it comes out right.
bool is_right(uint64_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff;
}

struct Layer3 {
  uint16_t type = 0;
  base::ByteSpan packet;
};
Layer3 layer3_of(base::ByteSpan frame) {
  if (frame.size() < kEthernetBytes) return {};
  const uint16_t type = be16(frame, 12);
  if (type != kVlan) return {type, frame.subspan(kEthernetBytes)};
  if (frame.size() < kEthernetBytes + 4) return {};
  return {be16(frame, 16), frame.subspan(kEthernetBytes + 4)};
}

struct IpView {
  base::IpAddress source;
  base::IpAddress destination;
  uint8_t protocol = 0;
  uint64_t address_sum = 0;
  base::ByteSpan payload;
};

std::optional<IpView> view_ip(base::ByteSpan frame) {
  const Layer3 layer = layer3_of(frame);
  const base::ByteSpan packet = layer.packet;
  IpView view;
  if (layer.type == kIpv4) {
    if (packet.size() < 20 || packet[0] >> 4 != 4) return std::nullopt;
    const size_t header = (packet[0] & 0x0f) * 4u;
    const size_t total = be16(packet, 2);
    if (header < 20 || total < header || total > packet.size()) return std::nullopt;
    if (!is_right(sum_of(packet.first(header)))) return std::nullopt;
    view.source = base::IpAddress::from_v4(be32(packet, 12));
    view.destination = base::IpAddress::from_v4(be32(packet, 16));
    view.protocol = packet[9];
    view.address_sum = sum_of(packet.subspan(12, 8));
    view.payload = packet.subspan(header, total - header);
    return view;
  }
  if (layer.type != kIpv6 || packet.size() < 40 || packet[0] >> 4 != 6) return std::nullopt;
  const size_t length = be16(packet, 4);
  if (40 + length > packet.size()) return std::nullopt;
  view.source = base::IpAddress::from_v6(be64(packet, 8), be64(packet, 16));
  view.destination = base::IpAddress::from_v6(be64(packet, 24), be64(packet, 32));
  view.protocol = packet[6];
  view.address_sum = sum_of(packet.subspan(8, 32));
  view.payload = packet.subspan(40, length);
  return view;
}

// False when an option is cut off or has an impossible length.
bool read_options(base::ByteSpan options, TcpView& view) {
  for (size_t at = 0; at < options.size();) {
    const uint8_t kind = options[at];
    if (kind == 0) return true;
    if (kind == 1) {
      ++at;
      continue;
    }
    if (at + 2 > options.size()) return false;
    const size_t length = options[at + 1];
    if (length < 2 || at + length > options.size()) return false;
    if (kind == 2 && length == 4) view.mss = be16(options, at + 2);
    if (kind == 3 && length == 3) view.window_scale = options[at + 2];
    if (kind == 4 && length == 2) view.sack_permitted = true;
    if (kind == 8 && length == 10) {
      view.timestamps = {be32(options, at + 2), be32(options, at + 6)};
    }
    for (size_t block = 2; kind == 5 && block + 8 <= length; block += 8) {
      view.sack.push_back({be32(options, at + block), be32(options, at + block + 4)});
    }
    at += length;
  }
  return true;
}

}  // namespace

bool is_ip_frame(base::ByteSpan frame) {
  const uint16_t type = layer3_of(frame).type;
  if (type == kIpv4) return true;
  return type == kIpv6 && kind_of(frame) != FrameKind::Neighbor;
}

FrameKind kind_of(base::ByteSpan frame) {
  const Layer3 layer = layer3_of(frame);
  const base::ByteSpan packet = layer.packet;
  if (layer.type == kArp) return FrameKind::Neighbor;
  if (layer.type == kIpv4) {
    return packet.size() >= 20 && packet[9] == kTcp ? FrameKind::Tcp : FrameKind::OtherIp;
  }
  if (layer.type != kIpv6) return FrameKind::Other;
  if (packet.size() < 41) return FrameKind::OtherIp;
  if (packet[6] == kTcp) return FrameKind::Tcp;
  const bool is_neighbor = packet[6] == kIcmp6 && packet[40] >= 133 && packet[40] <= 137;
  return is_neighbor ? FrameKind::Neighbor : FrameKind::OtherIp;
}

base::MacAddress destination_of(base::ByteSpan frame) {
  base::MacAddress mac;
  std::copy_n(frame.begin(), mac.octets.size(), mac.octets.begin());
  return mac;
}

uint16_t vlan_of(base::ByteSpan frame) {
  if (frame.size() < kEthernetBytes + 4 || be16(frame, 12) != kVlan) return 0;
  return be16(frame, kEthernetBytes) & 0x0fff;
}

std::optional<TcpView> view_tcp(base::ByteSpan frame) {
  const auto ip = view_ip(frame);
  if (!ip || ip->protocol != kTcp || ip->payload.size() < 20) return std::nullopt;
  const base::ByteSpan tcp = ip->payload;
  if (!is_right(ip->address_sum + kTcp + tcp.size() + sum_of(tcp))) return std::nullopt;
  const size_t header = (tcp[12] >> 4) * 4u;
  if (header < 20 || header > tcp.size()) return std::nullopt;
  TcpView view;
  view.source = {ip->source, be16(tcp, 0)};
  view.destination = {ip->destination, be16(tcp, 2)};
  view.sequence = be32(tcp, 4);
  view.acknowledgment = be32(tcp, 8);
  view.fin = (tcp[13] & 0x01) != 0;
  view.syn = (tcp[13] & 0x02) != 0;
  view.rst = (tcp[13] & 0x04) != 0;
  view.ack = (tcp[13] & 0x10) != 0;
  view.window = be16(tcp, 14);
  if (!read_options(tcp.subspan(20, header - 20), view)) return std::nullopt;
  view.payload = tcp.subspan(header);
  return view;
}

}  // namespace penstock::testing
