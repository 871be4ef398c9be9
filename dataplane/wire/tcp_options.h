// SPDX-License-Identifier: Apache-2.0
//
// TCP options as a value: all that a peer may send is parsed, and the ones that are set are
// emitted. Unknown options are skipped. A malformed length ends parsing: what stood before it
// counts, what follows does not, and nothing beyond the options is read.
// Whether an option is legal on this segment (MSS only on SYN, ...) is decided in tcp/.
// Any thread.
// RFC 9293 3.2, RFC 7323 (window scale, timestamps), RFC 2018 (SACK).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dataplane/base/bytes.h"

namespace penstock::wire {

// What the option takes in a segment, padded.
inline constexpr uint16_t kTcpTimestampsBytes = 12;

struct TcpTimestamps {
  uint32_t value = 0;
  uint32_t echo_reply = 0;
  bool operator==(const TcpTimestamps&) const noexcept = default;
};

// Bytes [left, right) arrived out of order.
struct SackBlock {
  uint32_t left = 0;
  uint32_t right = 0;
  bool operator==(const SackBlock&) const noexcept = default;
};

struct TcpOptions {
  // Four blocks fill the option space (RFC 2018 3).
  static constexpr uint8_t kSackBlocksMax = 4;

  std::optional<uint16_t> mss;
  std::optional<uint8_t> window_scale;  // as sent; more than 14 is treated as 14 by tcp/
  bool sack_permitted = false;
  std::optional<TcpTimestamps> timestamps;
  std::array<SackBlock, kSackBlocksMax> sack_blocks{};
  uint8_t sack_blocks_count = 0;
};

// `options` is the header's bytes from 20 to header_bytes.
TcpOptions parse_tcp_options(base::ByteSpan options) noexcept;

// Bytes that emit_tcp_options() writes: a multiple of 4, at most kTcpOptionBytesMax.
uint32_t tcp_options_bytes(const TcpOptions& options) noexcept;

// Writes tcp_options_bytes() bytes, padded with NOPs.
void emit_tcp_options(const TcpOptions& options, base::MutableByteSpan out) noexcept;

}  // namespace penstock::wire
