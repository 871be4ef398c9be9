// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/frame_subject.h"

#include <optional>

#include "dataplane/wire/byte_order.h"

namespace penstock::wire {

namespace {

using Kind = FrameSubject::Kind;

constexpr uint16_t kIpv4Type = 0x0800;
constexpr uint16_t kArpType = 0x0806;
constexpr uint16_t kTagType = 0x8100;
constexpr uint16_t kIpv6Type = 0x86dd;
constexpr size_t kMacBytes = 12;
constexpr size_t kIpv6Bytes = 40;
constexpr size_t kIcmpBytes = 8;
constexpr uint8_t kIcmp = 1;
constexpr uint8_t kTcp = 6;
constexpr uint8_t kIcmp6 = 58;
// As many extension headers as are looked behind.
constexpr int kExtensionsMax = 4;

// Two addresses, and what lies behind the headers of a packet that is not a fragment.
struct Ip {
  base::IpAddress source;
  base::IpAddress destination;
  uint8_t protocol = 0;
  base::ByteSpan payload;
};

base::IpAddress load_v6(const uint8_t* bytes) noexcept {
  const auto half = [](const uint8_t* at) {
    return uint64_t{load_be32(at)} << 32 | load_be32(at + 4);
  };
  return base::IpAddress::from_v6(half(bytes), half(bytes + 8));
}

std::optional<Ip> read_v4(base::ByteSpan packet) noexcept {
  if (packet.size() < 20 || packet[0] >> 4 != 4) return std::nullopt;
  const size_t header_bytes = (packet[0] & 0x0fu) * 4u;
  const bool is_fragment = (load_be16(&packet[6]) & 0x3fff) != 0;
  if (header_bytes < 20 || header_bytes > packet.size() || is_fragment) return std::nullopt;
  return Ip{.source = base::IpAddress::from_v4(load_be32(&packet[12])),
            .destination = base::IpAddress::from_v4(load_be32(&packet[16])),
            .protocol = packet[9],
            .payload = packet.subspan(header_bytes)};
}

// Hop-by-hop, routing and destination options, which say their length in the same way.
bool is_extension(uint8_t next_header) noexcept {
  return next_header == 0 || next_header == 43 || next_header == 60;
}

std::optional<Ip> read_v6(base::ByteSpan packet) noexcept {
  if (packet.size() < kIpv6Bytes || packet[0] >> 4 != 6) return std::nullopt;
  Ip ip{.source = load_v6(&packet[8]),
        .destination = load_v6(&packet[24]),
        .protocol = packet[6],
        .payload = packet.subspan(kIpv6Bytes)};
  for (int i = 0; i < kExtensionsMax && is_extension(ip.protocol); ++i) {
    if (ip.payload.size() < 8) return std::nullopt;
    const size_t bytes = (ip.payload[1] + size_t{1}) * 8;
    if (bytes > ip.payload.size()) return std::nullopt;
    ip.protocol = ip.payload[0];
    ip.payload = ip.payload.subspan(bytes);
  }
  return ip;
}

bool opens(base::ByteSpan segment) noexcept {
  constexpr uint8_t kSyn = 0x02;
  constexpr uint8_t kAck = 0x10;
  return segment.size() > 13 && (segment[13] & (kSyn | kAck)) == kSyn;
}

FrameSubject segment_of(const Ip& ip) noexcept {
  if (ip.protocol != kTcp || ip.payload.size() < 4) return {};
  return {.kind = opens(ip.payload) ? Kind::Opening : Kind::Segment,
          .remote = {ip.source, load_be16(&ip.payload[0])},
          .local = {ip.destination, load_be16(&ip.payload[2])}};
}

// The quoted packet is one that we sent: its source is our end.
FrameSubject report_of(const std::optional<Ip>& quoted) noexcept {
  if (!quoted) return {};
  const FrameSubject sent = segment_of(*quoted);
  if (sent.kind == Kind::Other) return {};
  return {.kind = Kind::Report, .remote = sent.local, .local = sent.remote};
}

FrameSubject subject_of_v4(base::ByteSpan packet) noexcept {
  const auto ip = read_v4(packet);
  if (!ip) return {};
  if (ip->protocol != kIcmp) return segment_of(*ip);
  if (ip->payload.size() < kIcmpBytes) return {};
  const uint8_t type = ip->payload[0];
  // Unreachable, time exceeded, parameter problem.
  if (type != 3 && type != 11 && type != 12) return {};
  return report_of(read_v4(ip->payload.subspan(kIcmpBytes)));
}

FrameSubject subject_of_v6(base::ByteSpan packet) noexcept {
  const auto ip = read_v6(packet);
  if (!ip) return {};
  if (ip->protocol != kIcmp6) return segment_of(*ip);
  if (ip->payload.size() < kIcmpBytes) return {};
  const uint8_t type = ip->payload[0];
  // RFC 4861: router and neighbour advertisements.
  if (type == 134 || type == 136) return {.kind = Kind::Neighbors};
  // RFC 4443: unreachable, too big, time exceeded, parameter problem.
  if (type < 1 || type > 4) return {};
  return report_of(read_v6(ip->payload.subspan(kIcmpBytes)));
}

FrameSubject subject_of_arp(base::ByteSpan message) noexcept {
  if (message.size() < 28) return {};
  const bool is_answer = load_be16(&message[6]) == 2;
  // RFC 5227 3: an announcement asks for the address of its own sender.
  const bool is_announcement = load_be32(&message[14]) == load_be32(&message[24]);
  return {.kind = is_answer || is_announcement ? Kind::Neighbors : Kind::Other};
}

}  // namespace

FrameSubject frame_subject(base::ByteSpan frame) noexcept {
  if (frame.size() < kMacBytes + 2) return {};
  base::ByteSpan rest = frame.subspan(kMacBytes);
  if (load_be16(&rest[0]) == kTagType) {
    if (rest.size() < 6) return {};
    rest = rest.subspan(4);
  }
  const base::ByteSpan payload = rest.subspan(2);
  switch (load_be16(&rest[0])) {
    case kIpv4Type:
      return subject_of_v4(payload);
    case kIpv6Type:
      return subject_of_v6(payload);
    case kArpType:
      return subject_of_arp(payload);
    default:
      return {};
  }
}

}  // namespace penstock::wire
