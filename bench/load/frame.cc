// SPDX-License-Identifier: Apache-2.0
#include "bench/load/frame.h"

#include <algorithm>
#include <cstring>

namespace penstock::load {

namespace {

constexpr uint16_t kEtherIpv4 = 0x0800;
constexpr uint16_t kEtherArp = 0x0806;
constexpr uint8_t kProtocolTcp = 6;
constexpr uint32_t kIp = 14;   // where the IPv4 header begins
constexpr uint32_t kTcp = 34;  // where the TCP header of our own frames begins
constexpr uint32_t kArp = 14;

uint16_t load16(const uint8_t* at) noexcept {
  uint16_t value;
  std::memcpy(&value, at, 2);
  return __builtin_bswap16(value);
}
uint32_t load32(const uint8_t* at) noexcept {
  uint32_t value;
  std::memcpy(&value, at, 4);
  return __builtin_bswap32(value);
}
void store16(uint8_t* at, uint32_t value) noexcept {
  const uint16_t swapped = __builtin_bswap16(static_cast<uint16_t>(value));
  std::memcpy(at, &swapped, 2);
}
void store32(uint8_t* at, uint32_t value) noexcept {
  const uint32_t swapped = __builtin_bswap32(value);
  std::memcpy(at, &swapped, 4);
}

uint32_t fold(uint32_t sum) noexcept {
  sum = (sum & 0xffff) + (sum >> 16);
  return (sum & 0xffff) + (sum >> 16);
}

uint32_t sum_words(const uint8_t* from, uint32_t bytes) noexcept {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < bytes; i += 2) sum += load16(from + i);
  return sum;
}

void read_syn_options(Bytes options, TcpFrame& frame) noexcept {
  for (size_t at = 0; at < options.size() && options[at] != 0;) {
    if (options[at] == 1) {
      ++at;
      continue;
    }
    if (at + 1 >= options.size()) return;
    const uint8_t length = options[at + 1];
    if (length < 2 || at + length > options.size()) return;
    if (options[at] == 2 && length == 4) frame.mss = load16(&options[at + 2]);
    if (options[at] == 3 && length == 3)
      frame.window_shift = std::min<uint8_t>(options[at + 2], 14);
    at += length;
  }
}

}  // namespace

std::optional<TcpFrame> parse_tcp(Bytes bytes) noexcept {
  if (bytes.size() < kHeaderBytes || load16(&bytes[12]) != kEtherIpv4) return std::nullopt;
  const uint8_t* ip = &bytes[kIp];
  const uint32_t ip_bytes = (ip[0] & 0xfu) * 4;
  const uint32_t total = load16(ip + 2);
  if (ip[0] >> 4 != 4 || ip_bytes < 20 || ip[9] != kProtocolTcp) return std::nullopt;
  if (total < ip_bytes + 20 || kIp + total > bytes.size()) return std::nullopt;
  if (fold(sum_words(ip, ip_bytes)) != 0xffff) return std::nullopt;
  const uint8_t* tcp = ip + ip_bytes;
  const uint32_t tcp_bytes = (tcp[12] >> 4) * 4u;
  if (tcp_bytes < 20 || ip_bytes + tcp_bytes > total) return std::nullopt;
  TcpFrame frame;
  std::memcpy(frame.source_mac.data(), &bytes[6], 6);
  frame.source = load32(ip + 12);
  frame.destination = load32(ip + 16);
  frame.source_port = load16(tcp);
  frame.destination_port = load16(tcp + 2);
  frame.seq = load32(tcp + 4);
  frame.ack = load32(tcp + 8);
  frame.flags = tcp[13];
  frame.window = load16(tcp + 14);
  if (frame.has(kSyn)) read_syn_options({tcp + 20, tcp_bytes - 20}, frame);
  frame.payload = {tcp + tcp_bytes, total - ip_bytes - tcp_bytes};
  return frame;
}

std::optional<ArpFrame> parse_arp(Bytes bytes) noexcept {
  if (bytes.size() < kArpFrameBytes || load16(&bytes[12]) != kEtherArp) return std::nullopt;
  const uint8_t* arp = &bytes[kArp];
  const uint16_t operation = load16(arp + 6);
  if (load32(arp) != 0x0001'0800 || load16(arp + 4) != 0x0604) return std::nullopt;
  if (operation != 1 && operation != 2) return std::nullopt;
  ArpFrame frame;
  frame.kind = operation == 1 ? ArpFrame::Kind::Request : ArpFrame::Kind::Reply;
  std::memcpy(frame.sender_mac.data(), arp + 8, 6);
  frame.sender = load32(arp + 14);
  frame.target = load32(arp + 24);
  return frame;
}

HeaderTemplate::HeaderTemplate(const Ends& ends) noexcept {
  std::memcpy(&bytes_[0], ends.peer_mac.data(), 6);
  std::memcpy(&bytes_[6], ends.own_mac.data(), 6);
  store16(&bytes_[12], kEtherIpv4);
  uint8_t* ip = &bytes_[kIp];
  ip[0] = 0x45;
  ip[6] = 0x40;  // do not fragment
  ip[8] = 64;    // time to live
  ip[9] = kProtocolTcp;
  store32(ip + 12, ends.own);
  store32(ip + 16, ends.peer);
  ip_sum_ = sum_words(ip, 20);
  store16(&bytes_[kTcp], ends.own_port);
  store16(&bytes_[kTcp + 2], ends.peer_port);
}

void HeaderTemplate::write(const Segment& segment, uint8_t* frame) const noexcept {
  std::memcpy(frame, bytes_.data(), bytes_.size());
  const uint32_t total = 40u + segment.option_bytes + segment.payload_bytes;
  uint8_t* ip = frame + kIp;
  store16(ip + 2, total);
  store16(ip + 10, ~fold(ip_sum_ + total));
  uint8_t* tcp = frame + kTcp;
  store32(tcp + 4, segment.seq);
  store32(tcp + 8, segment.ack);
  tcp[12] = static_cast<uint8_t>((20 + segment.option_bytes) / 4 << 4);
  tcp[13] = segment.flags;
  store16(tcp + 14, segment.window);
}

void write_syn_options(uint8_t window_shift, uint8_t* to) noexcept {
  const std::array<uint8_t, kSynOptionBytes> options = {
      2, 4, kSegmentBytesMax >> 8, kSegmentBytesMax & 0xff, 3, 3, window_shift, 1};
  std::memcpy(to, options.data(), options.size());
}

void write_arp(const ArpFrame& arp, const Mac& destination, Mac target_mac,
               uint8_t* frame) noexcept {
  std::memcpy(frame, destination.data(), 6);
  std::memcpy(frame + 6, arp.sender_mac.data(), 6);
  store16(frame + 12, kEtherArp);
  uint8_t* body = frame + kArp;
  store32(body, 0x0001'0800);
  store16(body + 4, 0x0604);
  store16(body + 6, arp.kind == ArpFrame::Kind::Request ? 1 : 2);
  std::memcpy(body + 8, arp.sender_mac.data(), 6);
  store32(body + 14, arp.sender);
  std::memcpy(body + 18, target_mac.data(), 6);
  store32(body + 24, arp.target);
}

}  // namespace penstock::load
