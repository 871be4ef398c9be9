// SPDX-License-Identifier: Apache-2.0
//
// Frames as the load generator reads and writes them: Ethernet, IPv4 and TCP at fixed places, ARP.
// It shares no code with the product's wire formats, so that a mistake there is not made twice.
// It checks lengths and the IPv4 header's checksum. TCP checksums are left to the wire, as a NIC's
// are: what crosses shared memory is not altered on its way.
// Pure. RFC 894, RFC 791, RFC 9293 3.1, RFC 826.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace penstock::load {

using Bytes = std::span<const uint8_t>;
using Mac = std::array<uint8_t, 6>;

inline constexpr uint32_t kHeaderBytes = 54;  // Ethernet, IPv4 and TCP without options
inline constexpr uint32_t kSegmentBytesMax = 1460;
inline constexpr uint32_t kFrameBytesMax = kHeaderBytes + kSegmentBytesMax;
inline constexpr uint32_t kSynOptionBytes = 8;

enum TcpBit : uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16 };

// A TCP segment that arrived. Addresses are numbers in host order.
struct TcpFrame {
  Mac source_mac;
  uint32_t source = 0;
  uint32_t destination = 0;
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint32_t seq = 0;
  uint32_t ack = 0;
  uint16_t window = 0;
  uint8_t flags = 0;
  uint8_t window_shift = 0;  // of a SYN
  uint16_t mss = 536;        // of a SYN
  Bytes payload;

  bool has(uint8_t bit) const noexcept { return (flags & bit) != 0; }
};

struct ArpFrame {
  enum class Kind : uint8_t { Request, Reply };
  Kind kind = Kind::Request;
  Mac sender_mac;
  uint32_t sender = 0;
  uint32_t target = 0;
};

// nullopt for what is something else, or damaged.
std::optional<TcpFrame> parse_tcp(Bytes frame) noexcept;
std::optional<ArpFrame> parse_arp(Bytes frame) noexcept;

// Everything in the headers of one connection that stays the same, ready to be copied, with the
// checksum of the IPv4 header summed up to the two fields that change.
class HeaderTemplate {
 public:
  struct Ends {
    Mac own_mac;
    Mac peer_mac;
    uint32_t own = 0;
    uint32_t peer = 0;
    uint16_t own_port = 0;
    uint16_t peer_port = 0;
  };
  HeaderTemplate() noexcept = default;
  explicit HeaderTemplate(const Ends& ends) noexcept;

  struct Segment {
    uint32_t seq = 0;
    uint32_t ack = 0;
    uint8_t flags = 0;
    uint16_t window = 0;
    uint16_t option_bytes = 0;
    uint16_t payload_bytes = 0;
  };
  // Writes kHeaderBytes to `frame`; options and payload are the caller's to put behind them.
  void write(const Segment& segment, uint8_t* frame) const noexcept;

 private:
  std::array<uint8_t, kHeaderBytes> bytes_{};
  uint32_t ip_sum_ = 0;
};

// MSS and window scale, kSynOptionBytes of them.
void write_syn_options(uint8_t window_shift, uint8_t* to) noexcept;

inline constexpr uint32_t kArpFrameBytes = 42;
void write_arp(const ArpFrame& arp, const Mac& destination, Mac target_mac,
               uint8_t* frame) noexcept;

}  // namespace penstock::load
