// SPDX-License-Identifier: Apache-2.0
//
// The fixed part of a TCP header as a value. Options are tcp_options.h; the checksum over pseudo
// header, header and payload is tcp_checksum_good() on the way in and nic/offload.h on the way out.
// What the numbers mean is decided in tcp/.
// Any thread. Every refusal is a DropReason.
// RFC 9293 3.1; RFC 3168 (ECE, CWR are carried, not acted on).
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/base/check.h"
#include "dataplane/base/result.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/drop_reason.h"

namespace penstock::wire {

inline constexpr uint32_t kTcpHeaderBytes = 20;  // without options
inline constexpr uint32_t kTcpOptionBytesMax = 40;

enum class TcpFlag : uint8_t {
  Fin = 0x01,
  Syn = 0x02,
  Rst = 0x04,
  Psh = 0x08,
  Ack = 0x10,
  Urg = 0x20,
  Ece = 0x40,
  Cwr = 0x80,
};

// A set of flags: `TcpFlag::Syn | TcpFlag::Ack`.
class TcpFlags {
 public:
  constexpr TcpFlags() noexcept = default;
  constexpr TcpFlags(TcpFlag flag) noexcept : bits_(static_cast<uint8_t>(flag)) {}  // NOLINT
  static constexpr TcpFlags from_bits(uint8_t bits) noexcept {
    TcpFlags flags = {};
    flags.bits_ = bits;
    return flags;
  }

  constexpr bool has(TcpFlag flag) const noexcept {
    return (bits_ & static_cast<uint8_t>(flag)) != 0;
  }
  constexpr bool fin() const noexcept { return has(TcpFlag::Fin); }
  constexpr bool syn() const noexcept { return has(TcpFlag::Syn); }
  constexpr bool rst() const noexcept { return has(TcpFlag::Rst); }
  constexpr bool psh() const noexcept { return has(TcpFlag::Psh); }
  constexpr bool ack() const noexcept { return has(TcpFlag::Ack); }
  constexpr bool urg() const noexcept { return has(TcpFlag::Urg); }
  constexpr uint8_t bits() const noexcept { return bits_; }

  constexpr TcpFlags operator|(TcpFlags other) const noexcept {
    return from_bits(static_cast<uint8_t>(bits_ | other.bits_));
  }
  constexpr TcpFlags& operator|=(TcpFlags other) noexcept { return *this = *this | other; }
  constexpr TcpFlags without(TcpFlag flag) const noexcept {
    return from_bits(static_cast<uint8_t>(bits_ & ~static_cast<uint8_t>(flag)));
  }
  constexpr bool operator==(const TcpFlags&) const noexcept = default;

 private:
  uint8_t bits_ = 0;
};

constexpr TcpFlags operator|(TcpFlag a, TcpFlag b) noexcept { return TcpFlags(a) | TcpFlags(b); }

struct TcpHeader {
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint32_t sequence = 0;
  uint32_t acknowledgment = 0;
  TcpFlags flags = {};
  uint16_t window = 0;  // as on the wire, not scaled
  uint16_t urgent = 0;
  uint8_t header_bytes = kTcpHeaderBytes;  // with options: 20 to 60, a multiple of 4
};

// Legal means: at least 20 bytes, a data offset within the segment, and both ports not zero.
inline base::Result<TcpHeader, DropReason> parse_tcp_header(base::ByteSpan segment) noexcept {
  if (segment.size() < kTcpHeaderBytes) return base::Failure{DropReason::TcpTooShort};
  TcpHeader header;
  header.source_port = load_be16(&segment[0]);
  header.destination_port = load_be16(&segment[2]);
  header.sequence = load_be32(&segment[4]);
  header.acknowledgment = load_be32(&segment[8]);
  header.header_bytes = static_cast<uint8_t>((segment[12] >> 4) * 4);
  header.flags = TcpFlags::from_bits(segment[13]);
  header.window = load_be16(&segment[14]);
  header.urgent = load_be16(&segment[18]);
  if (header.header_bytes < kTcpHeaderBytes || header.header_bytes > segment.size()) {
    return base::Failure{DropReason::TcpHeaderLengthBad};
  }
  // Port 0 is reserved (RFC 6335 6); answering it would only help reflection.
  if (header.source_port == 0 || header.destination_port == 0) {
    return base::Failure{DropReason::TcpPortZero};
  }
  return header;
}

// Writes kTcpHeaderBytes with a zero checksum; options follow at out[20].
inline void emit_tcp_header(const TcpHeader& header, base::MutableByteSpan out) noexcept {
  CHECK(out.size() >= kTcpHeaderBytes);
  DCHECK(header.header_bytes >= kTcpHeaderBytes && header.header_bytes % 4 == 0 &&
         header.header_bytes <= kTcpHeaderBytes + kTcpOptionBytesMax);
  store_be16(&out[0], header.source_port);
  store_be16(&out[2], header.destination_port);
  store_be32(&out[4], header.sequence);
  store_be32(&out[8], header.acknowledgment);
  out[12] = static_cast<uint8_t>((header.header_bytes / 4) << 4);
  out[13] = header.flags.bits();
  store_be16(&out[14], header.window);
  store_be16(&out[16], 0);
  store_be16(&out[18], header.urgent);
}

// Whether the checksum of a whole segment (header, options, payload) is right.
bool tcp_checksum_good(base::IpAddress source, base::IpAddress destination,
                       base::ByteSpan segment) noexcept;

}  // namespace penstock::wire
